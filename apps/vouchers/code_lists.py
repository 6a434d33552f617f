"""Parse a list of codes: pasted lines or a spreadsheet's CSV file. Plain values.

Each line holds one code. Quotes, a byte order mark, and a `sep=;` line are understood. A first line such as "Code" is a
heading; in a list with several columns it marks the one with the codes. Invalid lines are reported with a reason.
"""

import codecs
import csv
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from apps.vouchers import codes
from apps.vouchers.errors import InvalidCodes

LARGEST_FILE = 2_000_000
SHOWN_OF_A_LINE = 80

NO_CODE = "not 3 to 64 letters and digits"
NO_CELL = "the code column is empty"
UNEVEN_QUOTES = "an unclosed quote"
SEVERAL = "several values, and no heading that marks the code column"
A_DATE = "a date, perhaps a code changed by a spreadsheet; if it is the code, write it without dashes and spaces"
SHORTENED = "a number shortened by a spreadsheet"

_SEPARATORS = "\t;|,"
_SEPARATOR_LINE = re.compile(r"sep=(.)", re.IGNORECASE)
_QUOTES = "\"'\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u00ab\u00bb"
_QUOTED = re.compile(f"=?[{_QUOTES}](.*)[{_QUOTES}]", re.DOTALL)
_HEADING = re.compile(
    r"(VOUCHER|COUPON|PROMO|PROMOTION|DISCOUNT|GIFT|GUTSCHEIN|RABATT)*"
    r"(CODES?|VOUCHERS?|COUPONS?|GUTSCHEINE?|GUTSCHEINNUMMER)(NUMBER|NUMMER|NO|NR|ID)?"
)
_ENGLISH = (
    r"jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|(nov|dec)(ember)?"
)
_GERMAN = r"januar|februar|m(ä|ae)rz?|mrz|mai|juni|juli|okt(ober)?|dez(ember)?"
_OTHERS = r"janv|f[eé]vr?|mars|avr|juin|juil|ao[uû]t|déc|ene|abr|ago|dic|gen|mag|giu|lug|set|ott|mrt|mei|out"
_MONTH = rf"(?:{_ENGLISH}|{_GERMAN}|{_OTHERS})\.?"
_TIME = r"(?:[ t]\d{1,2}:\d\d(?::\d\d)?)?"
_DAY, _MONTH_NUMBER = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_DATE = re.compile(
    rf"\d{{4}}[-./ ]{_MONTH_NUMBER}[-./ ]{_DAY}{_TIME}"
    rf"|(?:{_DAY}[-./ ]{_MONTH_NUMBER}|{_MONTH_NUMBER}[-./ ]{_DAY})[-./ ](?:\d\d|\d{{4}}){_TIME}"
    rf"|{_DAY}[-./ ]{{1,2}}{_MONTH}(?:[-./ ]{{1,2}}(?:\d\d|\d{{4}}))?"
    rf"|{_MONTH}[-./ ]{{1,2}}(?:\d\d?|\d{{4}})(?:,? \d{{4}})?"
)
_EXPONENT = re.compile(r"\d+(?:[.,]\d+)?e\+\d+")


@dataclass(frozen=True, slots=True)
class BadLine:
    """An invalid line: its number, counted from 1, its text, and the reason."""

    number: int
    text: str
    reason: str

    def __str__(self) -> str:
        return f"Line {self.number} ({self.text}): {self.reason}"


@dataclass(frozen=True, slots=True)
class CodeList:
    """A parsed list: normalized codes in order, invalid lines, and the heading, if any."""

    codes: tuple[str, ...]
    bad: tuple[BadLine, ...]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str
    cells: tuple[str, ...]
    has_even_quotes: bool = True

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(cell for cell in self.cells if cell)


def decode(data: bytes) -> str:
    """Decode an uploaded list: UTF-8, UTF-16 with a byte order mark, or Windows-1252.

    Raises:
        InvalidCodes: it is too large or not text.
    """
    if len(data) > LARGEST_FILE:
        raise InvalidCodes(f"The file must have at most {LARGEST_FILE:,} bytes.", field="file")
    if data.startswith(b"PK\x03\x04"):
        raise InvalidCodes("This is a workbook: save the sheet as CSV and upload that.", field="file")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decoded(data, "utf-16")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _decoded(data, "cp1252")
    if "\x00" in text:
        raise InvalidCodes("The file is not text.", field="file")
    return text


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InvalidCodes("The file is not text.", field="file") from error


def read_list(text: str) -> CodeList:
    """Parse a list of codes; only empty lines and a heading are skipped."""
    written = [(number, line) for number, line in enumerate(text.splitlines(), 1) if not _is_blank(line)]
    separator, rows = _separator(written)
    lines = [line for line in (_split(number, row, separator) for number, row in rows) if line.values]
    if not lines:
        return CodeList((), ())
    column = next((place for place, cell in enumerate(lines[0].cells) if _is_heading(cell)), None)
    if column is not None:
        return _read(lines[1:], column, heading=lines[0].cells[column])
    if len(lines) == 1 and lines[0].has_even_quotes:
        first = lines[0]
        lines = [_Line(first.number, value, (value,)) for value in first.values]
    return _read(lines, None)


def _is_blank(line: str) -> bool:
    return all(char.isspace() or unicodedata.category(char) == "Cf" for char in line)


def _separator(numbered: Sequence[tuple[int, str]]) -> tuple[str, Sequence[tuple[int, str]]]:
    """Return the cell separator, from a `sep=` line or the first line with one, and the rest."""
    if numbered and (stated := _SEPARATOR_LINE.fullmatch(numbered[0][1].lstrip("\ufeff").strip())):
        return stated[1], numbered[1:]
    for _, line in numbered:
        for separator in _SEPARATORS:
            if separator in line:
                return separator, numbered
    return ",", numbered


def _split(number: int, text: str, separator: str) -> _Line:
    """Split a line into cells. Lines are parsed one by one, so an unclosed quote affects only its own line."""
    try:
        cells = next(csv.reader([text.lstrip("\ufeff")], delimiter=separator, strict=True))
    except csv.Error:
        return _Line(number, text.strip(), (text.strip(),), has_even_quotes=False)
    return _Line(number, text.strip(), tuple(_unquoted(cell) for cell in cells))


def _unquoted(cell: str) -> str:
    """Strip the marks that make a spreadsheet treat a cell as text: quotes, `="…"`, a leading apostrophe."""
    plain = cell.strip()
    quoted = _QUOTED.fullmatch(plain)
    return quoted[1].strip() if quoted else plain.removeprefix("'").strip()


def _is_heading(cell: str) -> bool:
    return _HEADING.fullmatch(codes.normalize(cell).replace("_", "")) is not None


def _read(lines: Sequence[_Line], column: int | None, heading: str = "") -> CodeList:
    good, bad = [], []
    for line in lines:
        cell, wrong = _cell(line, column)
        reason = wrong or _changed(cell) or ("" if codes.is_plain(codes.normalize(cell)) else NO_CODE)
        if reason:
            bad.append(BadLine(line.number, (cell or line.text)[:SHOWN_OF_A_LINE], reason))
        else:
            good.append(codes.normalize(cell))
    return CodeList(tuple(good), tuple(bad), heading)


def _cell(line: _Line, column: int | None) -> tuple[str, str]:
    """Return the cell with a line's code, and the reason if the line is invalid."""
    if not line.has_even_quotes:
        return "", UNEVEN_QUOTES
    if column is None:
        return (line.values[0], "") if len(line.values) == 1 else ("", _changed(line.text) or SEVERAL)
    cell = line.cells[column] if column < len(line.cells) else ""
    return cell, "" if cell else NO_CELL


def _changed(text: str) -> str:
    """Return how a spreadsheet visibly changed a code; empty if it did not."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if _DATE.fullmatch(plain):
        return A_DATE
    return SHORTENED if _EXPONENT.fullmatch(plain) else ""
