"""Time as half-open UTC intervals: months, billing periods from an anchor day, and months added with clamping."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open interval: `start` is in it, `end` is not. Both are aware, in UTC."""

    start: datetime
    end: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end

    def nearest_to(self, at: datetime) -> datetime:
        """Return `at` itself, or where it lies outside, the moment of the interval that is nearest to it."""
        return min(max(at, self.start), self.end - timedelta(microseconds=1))

    @property
    def key(self) -> str:
        """The dates as `YYYY-MM-DD/YYYY-MM-DD`, fit for idempotency keys and the contract's `period`."""
        return f"{self.start:%Y-%m-%d}/{self.end:%Y-%m-%d}"


def midnight(day: date) -> datetime:
    """Return the first moment of a UTC day."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def add_months(anchor: date, months: int) -> date:
    """Move a date by whole months, clamping its day: 31 Jan + 1 is 28 Feb, + 2 is 31 Mar.

    Always add to the original anchor, never to a result: schedules in the books depend on it.
    """
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    return date(year, month + 1, min(anchor.day, monthrange(year, month + 1)[1]))


def month_of(at: datetime) -> Period:
    """Return the UTC calendar month that holds `at`."""
    first = at.astimezone(UTC).date().replace(day=1)
    return Period(midnight(first), midnight(add_months(first, 1)))


def month_label(at: datetime) -> str:
    """Return the UTC calendar month of `at` as `YYYY-MM`."""
    return f"{at.astimezone(UTC):%Y-%m}"


def parse_month(label: str) -> Period:
    """Return the month written `YYYY-MM`.

    Raises:
        ValueError: it is not written so.
    """
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", label) or label < "0001":
        raise ValueError("a month is written YYYY-MM")
    return month_of(datetime(int(label[:4]), int(label[5:]), 1, tzinfo=UTC))


def billing_period(anchor_day: int, at: datetime, *, months: int = 1, anchor_month: int = 1) -> Period:
    """Return the period of `months` (1, or 12 from `anchor_month`) that holds `at`.

    Periods start on the anchor day, clamped per month from the original anchor, and tile without gap or overlap.
    """
    moment = at.astimezone(UTC)
    anchor, offset = date(2000, 1, anchor_day), (anchor_month - 1) % months
    step = ((moment.year - anchor.year) * 12 + moment.month - 1 - offset) // months

    def start(number: int) -> datetime:
        return midnight(add_months(anchor, offset + number * months))

    if moment < start(step):
        step -= 1
    return Period(start(step), start(step + 1))


def window_start(days: int, now: datetime) -> datetime:
    """Return the first moment of a lookback window of `days`: the UTC days today - days + 1 up to now."""
    return midnight(now.astimezone(UTC).date() - timedelta(days=days - 1))
