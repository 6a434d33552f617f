"""Rows of a CSV file by the names of its columns. Plain values.

UTF-8 or Windows-1252, separated by comma, semicolon or tab; the first line names the columns, in any order.
"""

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from apps.backoffice.imports.errors import WrongFormat

LARGEST_FILE = 5_000_000
MOST_LINES = 5_000
_SEPARATORS = ",;\t"


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A row: the number of its first line in the file, counted from 1, and its values by column."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of a line: the line's number, the column (empty for the whole line), and the reason."""

    number: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class CsvFile:
    """The rows of a file, and its invalid lines."""

    rows: list[CsvRow]
    problems: list[Problem]


def read_csv(raw: bytes, *, columns: Collection[str], required: Collection[str]) -> CsvFile:
    """Return the rows of a file; empty lines are skipped.

    Raises:
        WrongFormat: the file is too large or not text, or its first line does not name the columns.
    """
    if len(raw) > LARGEST_FILE:
        raise WrongFormat(f"The file has {len(raw):,} bytes; at most {LARGEST_FILE:,} are allowed.", field="file")
    if b"\x00" in raw:
        raise WrongFormat("The file has a NUL character, so it is not text in UTF-8 or Windows-1252.", field="file")
    text = _decoded(raw)
    first = next(iter(text.splitlines()), "")
    separator = max(_SEPARATORS, key=first.count)
    lines = _lines(text, separator)
    _, header = next(lines, (1, []))
    names = [name.strip().lower().replace(" ", "_") for name in header]
    _check_header(names, columns, required)
    rows: list[CsvRow] = []
    problems: list[Problem] = []
    for number, cells in lines:
        if len(cells) == len(names):
            rows.append(CsvRow(number, {name: cell.strip() for name, cell in zip(names, cells, strict=True)}))
        else:
            problems.append(Problem(number, "", f"{len(cells)} values for {len(names)} columns."))
        if len(rows) + len(problems) > MOST_LINES:
            raise WrongFormat(f"The file has more than {MOST_LINES:,} lines; divide it.", field="file")
    if not rows and not problems:
        raise WrongFormat("The file has no lines below the first.", field="file")
    return CsvFile(rows, problems)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError as error:
        raise WrongFormat("The file is neither UTF-8 nor Windows-1252.", field="file") from error


def _lines(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield number, cells
            number = reader.line_num + 1
    except csv.Error as error:
        raise WrongFormat(f"Line {number}: {error}.", field="file") from error


def _check_header(names: list[str], columns: Collection[str], required: Collection[str]) -> None:
    unknown = [name or "(empty)" for name in names if name not in columns]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    missing = [name for name in required if name not in names]
    for what, found in (("are unknown", unknown), ("occur twice", twice), ("are missing", missing)):
        if found:
            raise WrongFormat(f"In the first line, these columns {what}: {', '.join(found)}.", field="file")
