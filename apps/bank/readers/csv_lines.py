"""Reads the lines of a CSV file by the columns that staff named for the account.

A bank may write anything above the line with the column names. There are no balances to check the file against, so
staff review its lines before they are imported.
"""

import codecs
import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from apps.bank.errors import WrongFormat
from apps.bank.statements import (
    NAME_LENGTH,
    TEXT_LENGTH,
    Statement,
    StatementLine,
    amount_of,
    compact,
    plain,
    reference,
    refuse_size,
)

# Python's pattern for each format of days that staff can choose.
DAYS = {
    "dmy_dots": "%d.%m.%Y",
    "dmy_short": "%d.%m.%y",
    "dmy_slashes": "%d/%m/%Y",
    "mdy_slashes": "%m/%d/%Y",
    "iso": "%Y-%m-%d",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvColumns:
    """The format of an account's CSV files: the names of the columns; empty if the file does not have it."""

    delimiter: str = ";"
    decimal_mark: str = ","
    days: str = "dmy_dots"
    booking_date: str
    amount: str
    value_date: str = ""
    debit: str = ""
    text: str = ""
    party_name: str = ""
    party_iban: str = ""
    bank_reference: str = ""
    end_to_end_id: str = ""

    @property
    def names(self) -> set[str]:
        """The columns that a file must have."""
        every = (
            *(self.booking_date, self.amount, self.value_date, self.debit, self.text),
            *(self.party_name, self.party_iban, self.bank_reference, self.end_to_end_id),
        )
        return {each for each in every if each}


def read_csv(raw: bytes, columns: CsvColumns, *, account: str, currency: str) -> list[Statement]:
    """Return the lines of a file as one statement of an account.

    Raises:
        WrongFormat: it has no line with the column names, or a line cannot be read; the error names it.
    """
    refuse_size(raw)
    rows = list(enumerate(_rows(raw, columns.delimiter), 1))
    place = next((at for at, (_, row) in enumerate(rows) if columns.names <= {name.strip() for name in row}), None)
    if place is None:
        raise WrongFormat.at(1, 1, f"no line has the columns {', '.join(sorted(columns.names))}")
    names = [name.strip() for name in rows[place][1]]
    if twice := sorted(name for name in columns.names if names.count(name) > 1):
        raise WrongFormat.at(rows[place][0], names.index(twice[0]) + 1, f"two columns are called {twice[0]}")
    filled = [(number, row) for number, row in rows[place + 1 :] if any(cell.strip() for cell in row)]
    if not filled:
        raise WrongFormat.at(rows[place][0], 1, "there are no lines below the column names")
    lines = [_Row(number, _cells(number, names, row), columns, currency).line() for number, row in filled]
    days = [line.booking_date for line in lines]
    return [Statement(account=account, currency=currency, first_day=min(days), last_day=max(days), lines=tuple(lines))]


def _rows(raw: bytes, delimiter: str) -> list[list[str]]:
    try:
        text = raw.decode("utf-16" if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    try:
        return list(csv.reader(io.StringIO(text.replace("\0", " ")), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise WrongFormat.at(1, 1, str(error)) from error


def _cells(number: int, names: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    if len(row) < len(names):
        raise WrongFormat.at(number, len(row) + 1, f"it has {len(row)} columns instead of {len(names)}")
    if any(cell.strip() for cell in row[len(names) :]):
        raise WrongFormat.at(number, len(names) + 1, f"it has {len(row)} columns instead of {len(names)}")
    return {name: cell.strip() for name, cell in zip(names, row, strict=False)}


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the file, and how it is read."""

    number: int
    cells: Mapping[str, str]
    columns: CsvColumns
    currency: str

    def line(self) -> StatementLine:
        columns = self.columns
        booked = self._day(columns.booking_date)
        return StatementLine(
            amount_micros=self._movement(),
            booking_date=booked,
            value_date=self._day(columns.value_date) if self._cell(columns.value_date) else booked,
            bank_reference=reference(self._cell(columns.bank_reference)),
            end_to_end_id=reference(self._cell(columns.end_to_end_id)),
            text=plain(self._cell(columns.text), TEXT_LENGTH),
            party_name=plain(self._cell(columns.party_name), NAME_LENGTH),
            party_iban=compact(self._cell(columns.party_iban)),
        )

    def _cell(self, name: str) -> str:
        return self.cells.get(name, "") if name else ""

    def _movement(self) -> int:
        """Return the amount that moved, from one signed column, or from two columns of which one is filled."""
        columns = self.columns
        if not columns.debit:
            return self._amount(columns.amount)
        came, went = self._cell(columns.amount), self._cell(columns.debit)
        if bool(came) == bool(went):
            raise self._wrong(columns.amount, f"one of {columns.amount} and {columns.debit} has the amount")
        return self._amount(columns.amount) if came else -abs(self._amount(columns.debit))

    def _amount(self, name: str) -> int:
        text = self._cell(name).replace("\u2212", "-").replace("\u00a0", "").replace("'", "")
        sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
        grouping = "." if self.columns.decimal_mark == "," else ","
        whole, mark, fraction = digits.strip().partition(self.columns.decimal_mark)
        groups = whole.split(grouping)
        if len(groups) > 1 and (not groups[0] or any(len(group) != 3 for group in groups[1:])):
            raise self._wrong(name, f"{text[:40]!r} is not an amount")
        try:
            return sign * amount_of("".join(groups) + (f".{fraction}" if mark else ""), self.currency)
        except ValueError as error:
            raise self._wrong(name, str(error)) from error

    def _day(self, name: str) -> date:
        text = self._cell(name)
        try:
            return datetime.strptime(text, DAYS[self.columns.days]).date()  # noqa: DTZ007 - a day has no zone
        except ValueError as error:
            raise self._wrong(name, f"{text[:40]!r} is not a date") from error

    def _wrong(self, name: str, reason: str) -> WrongFormat:
        return WrongFormat.at(self.number, name, reason)
