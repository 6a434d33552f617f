"""Half-open UTC intervals: calendar months, billing periods from an anchor day, and clamped month arithmetic."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open interval: it includes `start` but not `end`. Both are aware, in UTC."""

    start: datetime
    end: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end

    def nearest_to(self, at: datetime) -> datetime:
        """Return `at` clamped to the interval."""
        return min(max(at, self.start), self.end - timedelta(microseconds=1))

    @property
    def key(self) -> str:
        """The dates as `YYYY-MM-DD/YYYY-MM-DD`, for idempotency keys and the contract's `period`."""
        return f"{self.start:%Y-%m-%d}/{self.end:%Y-%m-%d}"


def midnight(day: date) -> datetime:
    """Return the first moment of a UTC day."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def add_months(anchor: date, months: int) -> date:
    """Add whole months to a date, clamping the day: 31 Jan + 1 is 28 Feb, + 2 is 31 Mar.

    Always add to the original anchor, never to a result: schedules in the books depend on it.
    """
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    return date(year, month + 1, min(anchor.day, monthrange(year, month + 1)[1]))


def month_of(at: datetime) -> Period:
    """Return the UTC calendar month that contains `at`."""
    first = at.astimezone(UTC).date().replace(day=1)
    return Period(midnight(first), midnight(add_months(first, 1)))


def month_label(at: datetime) -> str:
    """Return the UTC calendar month of `at` as `YYYY-MM`."""
    return f"{at.astimezone(UTC):%Y-%m}"


def parse_month(label: str) -> Period:
    """Return the month written as `YYYY-MM`.

    Raises:
        ValueError: the text has another form.
    """
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", label) or label < "0001":
        raise ValueError("a month is written YYYY-MM")
    return month_of(datetime(int(label[:4]), int(label[5:]), 1, tzinfo=UTC))


def billing_period(anchor_day: int, at: datetime, *, months: int = 1, anchor_month: int = 1) -> Period:
    """Return the period of `months` (1, or 12 from `anchor_month`) that contains `at`.

    Periods start on the anchor day, clamped per month from the original anchor, without gap or overlap.
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
    """Return the start of a lookback window of `days`: the UTC days from today - days + 1 until now."""
    return midnight(now.astimezone(UTC).date() - timedelta(days=days - 1))
