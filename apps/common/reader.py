"""The person who reads a staff page: how amounts and days are written for them, and their time zone.

Only what pages show and forms read depends on it. Services, papers, emails, files and the API do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum, StrEnum
from zoneinfo import ZoneInfo

from django.utils import timezone, translation

from apps.common import money
from apps.common.money import decimal_text


class Role(StrEnum):
    """The groups of staff; `apps.backoffice.roles` has their permissions."""

    VIEWER = "Viewer"
    SUPPORT = "Support"
    BILLING = "Billing"
    APPROVER = "Approver"
    ADMINISTRATOR = "Administrator"


EVERY_ROLE = tuple(Role)


class Style(Enum):
    """How amounts and days are written: a name, the language tag, the separators, and the pattern of days.

    The tag selects `billing_site.formats`, by which Django writes days; the words stay English.
    """

    ISO = ("2026-12-31 and 1,234.50", "en", ",", ".", "%Y-%m-%d")
    UNITED_STATES = ("12/31/2026 and 1,234.50", "en-us", ",", ".", "%m/%d/%Y")
    BRITISH = ("31/12/2026 and 1,234.50", "en-gb", ",", ".", "%d/%m/%Y")
    GERMAN = ("31.12.2026 and 1.234,50", "en-de", ".", ",", "%d.%m.%Y")
    SWISS = (
        "31.12.2026 and 1\N{RIGHT SINGLE QUOTATION MARK}234.50",
        "en-ch",
        "\N{RIGHT SINGLE QUOTATION MARK}",
        ".",
        "%d.%m.%Y",
    )
    FRENCH = ("31/12/2026 and 1 234,50", "en-fr", "\N{NARROW NO-BREAK SPACE}", ",", "%d/%m/%Y")

    def __init__(self, title: str, language: str, group: str, point: str, day: str) -> None:
        self.title, self.language, self.group, self.point, self.day = title, language, group, point, day

    def digits(self, text: str) -> str:
        """Replace the separators of a number written as 1,234.50 by this style's."""
        return text.translate({ord(","): self.group, ord("."): self.point})


_UTC = ZoneInfo("UTC")
ISO_DAY_LENGTH = len("2026-12-31")
_STORED_AMOUNT = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?: [A-Z]{3})?")
_STORED_PERIOD = re.compile(r"(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)")


@dataclass(frozen=True, slots=True)
class Reader:
    """A style, a time zone, and the roles by which the sidebar chooses lists."""

    style: Style = Style.ISO
    zone: ZoneInfo = _UTC
    roles: frozenset[Role] = frozenset()


NOBODY = Reader()
_reader: ContextVar[Reader] = ContextVar("reader", default=NOBODY)


def reader() -> Reader:
    """Return the person who reads the page; ISO days and UTC outside of pages."""
    return _reader.get()


@contextmanager
def read_by(person: Reader) -> Iterator[None]:
    """Write amounts, days and times for a person inside the block."""
    token = _reader.set(person)
    try:
        with translation.override(person.style.language), timezone.override(person.zone):
            yield
    finally:
        _reader.reset(token)


def money_text(amount_micros: int, unit: str = "") -> str:
    """Write micros with their unit for the reader: `apps.common.money.money_text` in their style."""
    return f"{amount_text(amount_micros, unit)} {unit}".strip()


def amount_text(amount_micros: int, unit: str) -> str:
    """Write micros without the unit for the reader."""
    return reader().style.digits(money.amount_text(amount_micros, unit))


def quantity_text(quantity_micros: int) -> str:
    """Write a quantity for the reader: grouped digits, and a fraction only if it has one."""
    return amount_text(quantity_micros, "")


def count_text(number: int) -> str:
    """Write a whole number for the reader, with grouped digits."""
    return reader().style.digits(f"{number:,}")


def in_own_style(text: str) -> str:
    """Return a stored amount or day in the reader's style; any other text stays."""
    if _STORED_AMOUNT.fullmatch(text):
        return reader().style.digits(text)
    try:
        return day_text(date.fromisoformat(text)) if len(text) == ISO_DAY_LENGTH else text
    except ValueError:
        return text


def with_own_days(text: str) -> str:
    """Return a text that was written by a service, with its periods of ISO days (2026-11-01/2026-12-01) as two days in
    the reader's style.
    """
    return _STORED_PERIOD.sub(lambda found: " to ".join(map(in_own_style, found.groups())), text)


def code_words(code: str) -> str:
    """Write a code in words: "Manual receipts" for manual_receipts."""
    return code.replace("_", " ").capitalize()


def input_text(amount_micros: int) -> str:
    """Write micros as they are typed: without grouping, and so that only one reading is possible."""
    text = decimal_text(amount_micros)
    _, _, fraction = text.partition(".")
    return reader().style.digits(f"{text}0" if len(fraction) == 3 else text)


def form_text(amount_micros: int) -> str:
    """Write micros into a form's field: as they are typed, and never with one decimal alone."""
    text = input_text(amount_micros)
    _, _, fraction = text.partition(reader().style.point)
    return f"{text}0" if len(fraction) == 1 else text


def day_text(day: date | None) -> str:
    """Write a day for the reader, of a time the day in their zone; a dash for None."""
    local = day.astimezone(reader().zone) if isinstance(day, datetime) else day
    return "-" if local is None else local.strftime(reader().style.day)


def time_text(moment: datetime | None) -> str:
    """Write a time for the reader in their zone, to the minute; a dash for None."""
    return "-" if moment is None else f"{day_text(moment)} {moment.astimezone(reader().zone):%H:%M}"


def end_text(end: datetime | None) -> str:
    """Write when something ends, the first moment after it: the end of a day as that day, any other as a time."""
    local = end and end.astimezone(reader().zone)
    if local is None or local.time() != time.min:
        return time_text(end)
    return f"end of {day_text(local.date() - timedelta(days=1))}"


def moment_words(moment: datetime | None) -> str:
    """Write a time for the reader with the name of their zone."""
    return "-" if moment is None else f"{time_text(moment)} {moment.astimezone(reader().zone):%Z}"
