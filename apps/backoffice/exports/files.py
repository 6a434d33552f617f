"""Rows as CSV, sent while they are read, and as a workbook, written row by row to a file that is then sent."""

import csv
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO

from openpyxl import Workbook

from apps.backoffice.exports.cells import Value
from apps.common.csv_text import MARK


class _Line:
    """Takes what the CSV writer writes and hands it on."""

    def write(self, text: str) -> str:
        return text


def csv_lines(heading: list[Value], rows: Iterable[list[Value]]) -> Iterator[str]:
    """Yield the file line by line; it begins with the mark that spreadsheets know UTF-8 by."""
    writer = csv.writer(_Line())
    yield MARK + str(writer.writerow(heading))
    for row in rows:
        yield writer.writerow(row)


def workbook(heading: list[Value], rows: Iterable[list[Value]]) -> IO[bytes]:
    """Return a workbook of one sheet, as a temporary file that vanishes when it is closed."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("List")
    sheet.append(heading)
    for row in rows:
        sheet.append(row)
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(out)
    out.seek(0)
    return out
