"""Bank statements as plain values, and the key that identifies a line in every statement.

Amounts are micros of the account's currency: positive if received, negative if paid. Nothing is rounded.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from apps.bank.errors import DoesNotAddUp, WrongFormat
from apps.common.money import InexactAmount, money_text, to_micros, usual_decimals

TEXT_LENGTH = 1_000
NAME_LENGTH = 200
REFERENCE_LENGTH = 100
MOST_BYTES = 10_000_000
MOST_LINES = 20_000  # of a file
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2199, 12, 31)

_AMOUNT = re.compile(r"[0-9]{1,13}(\.[0-9]{1,6})?", re.ASCII)
# Placeholders that banks write if there is no reference.
_NONE = frozenset({"NONREF", "NOTPROVIDED", "NOT PROVIDED", "NONE", "NOREF"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One movement: its booking day and value date, and the bank's data about the other party."""

    amount_micros: int
    booking_date: date
    value_date: date
    is_reversal: bool = False
    bank_reference: str = ""
    end_to_end_id: str = ""
    text: str = ""
    party_name: str = ""
    party_iban: str = ""
    return_code: str = ""

    @property
    def days(self) -> tuple[date, date]:
        """The booking day and the value date."""
        return self.booking_date, self.value_date


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The lines of one account over some days; a CSV file has neither balances nor the account's number."""

    account: str
    currency: str
    reference: str = ""
    opening_micros: int | None = None
    closing_micros: int | None = None
    first_day: date
    last_day: date
    lines: Sequence[StatementLine] = field(default=())

    def prove(self) -> None:
        """Check that the opening balance plus the lines is the closing balance, and that its days are plausible.

        Raises:
            DoesNotAddUp: the balances differ. WrongFormat: a day is not plausible.
        """
        for day in (self.first_day, self.last_day, *(each for line in self.lines for each in line.days)):
            if not FIRST_DAY <= day <= LAST_DAY:
                raise WrongFormat(f"{day.isoformat()} is not a plausible day.", field="file")
        if self.opening_micros is None or self.closing_micros is None:
            return
        found = self.opening_micros + sum(line.amount_micros for line in self.lines)
        if found != self.closing_micros:
            raise DoesNotAddUp(
                f"Statement {self.reference or 'without number'} of {self.account}: the opening balance and "
                f"{len(self.lines)} lines make {money_text(found, self.currency)}, but it closes with "
                f"{money_text(self.closing_micros, self.currency)}.",
                field="file",
            )


def amount_of(text: str, currency: str) -> int:
    """Return an unsigned amount, written with a point, in micros.

    Raises:
        ValueError: it is not such an amount, or has more decimals than the currency.
    """
    if not _AMOUNT.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is not an amount")
    try:
        micros = to_micros(text)
    except InexactAmount as error:
        raise ValueError(f"{text[:40]!r} is not an amount") from error
    if micros % 10 ** (6 - usual_decimals(currency)):
        raise ValueError(f"{text[:40]!r} has more decimals than {currency}")
    return micros


def plain(text: str, longest: int) -> str:
    """Return a text as one line without control characters, cut to the length of its column."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:longest].strip()


def reference(text: str) -> str:
    """Return a reference; empty if it is a placeholder for none."""
    found = plain(text, REFERENCE_LENGTH)
    return "" if found.upper() in _NONE else found


def compact(text: str) -> str:
    """Return an IBAN or account number without spaces, in upper case; empty if it cannot be one."""
    found = "".join(text.split()).upper()
    return found if len(found) <= 34 and found.isascii() and found.isalnum() else ""


def is_account(iban: str, written: str) -> bool:
    """Return whether a statement's account is the one with this IBAN.

    MT940 may add the currency, or write a German account as bank code and account number.
    """
    found = "".join(letter for letter in written.upper() if letter.isalnum())
    if found in (iban, iban + found[-3:]):
        return True
    bank, slash, number = written.partition("/")
    return bool(slash) and iban.startswith("DE") and f"{bank.strip()}{number.strip()[:10]:0>10}" == iban[4:]


def keyed(account_id: int, lines: Iterable[StatementLine]) -> list[tuple[str, StatementLine]]:
    """Return each line with its key, which is the same in every statement that has the line.

    The key is made of the bank's reference with day and amount, because banks use one reference for all lines of a
    batch. Without a reference, it is made of all data of the line. Equal lines of a booking day are numbered; since a
    statement has whole days, the numbers are the same in each statement.
    """
    seen: Counter[str] = Counter()
    found = []
    for line in lines:
        if line.bank_reference:
            facts: list[object] = [line.bank_reference]
        else:
            facts = [line.value_date.isoformat(), line.party_iban, line.text]
        facts += [account_id, line.booking_date.isoformat(), line.amount_micros]
        digest = hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()
        seen[digest] += 1
        found.append((f"{digest}:{seen[digest]}", line))
    return found


def refuse_size(raw: bytes) -> None:
    """Refuse a file that is empty or too large.

    Raises: WrongFormat: it is empty or too large.
    """
    if not raw.strip():
        raise WrongFormat("The file is empty.", field="file")
    if len(raw) > MOST_BYTES:
        raise WrongFormat("The file is larger than 10 MB.", field="file")
