"""Rows as CSV, streamed while they are read, or as an xlsx workbook, written row by row to a temporary file."""

import csv
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO

from apps.backoffice.exports.rows import Value
from apps.common.csv_text import MARK


class _Line:
    """A file-like object for the CSV writer: `write` returns the line."""

    def write(self, text: str) -> str:
        return text


def csv_lines(heading: list[Value], rows: Iterable[list[Value]]) -> Iterator[str]:
    """Yield the file line by line, starting with the byte order mark by which spreadsheets recognize UTF-8."""
    writer = csv.writer(_Line())
    yield MARK + str(writer.writerow(heading))
    for row in rows:
        yield writer.writerow(row)


def workbook(heading: list[Value], rows: Iterable[list[Value]]) -> IO[bytes]:
    """Return a workbook with one sheet, as a temporary file that is deleted when it is closed."""
    from openpyxl import Workbook  # most processes never write one

    book = Workbook(write_only=True)
    sheet = book.create_sheet("List")
    sheet.append(heading)
    for row in rows:
        sheet.append(row)
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(out)
    out.seek(0)
    return out
