"""When a subscription is billed, and the price of a part of a period. Pure; times are Unix seconds in UTC.

The anchor's day counts, not the last period's: an anchor on the 31st bills on the last day of shorter months and then
on the 31st again. https://docs.stripe.com/billing/subscriptions/billing-cycle
"""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

_MONTHS = {"month": 1, "year": 12}
_DAYS = {"day": 1, "week": 7}


def turn(anchor: int, recurring: dict[str, Any], number: int) -> int:
    """Return the time `number` periods after the anchor (before it, if negative)."""
    moment = datetime.fromtimestamp(anchor, UTC)
    steps = number * int(recurring.get("interval_count", 1))
    if recurring["interval"] in _DAYS:
        return int((moment + timedelta(days=steps * _DAYS[recurring["interval"]])).timestamp())
    months = moment.year * 12 + moment.month - 1 + steps * _MONTHS[recurring["interval"]]
    year, month = divmod(months, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return int(moment.replace(year=year, month=month + 1, day=day).timestamp())


def next_turn(anchor: int, recurring: dict[str, Any], after: int) -> int:
    """Return the first period boundary after a time."""
    number = 0
    while turn(anchor, recurring, number) > after:
        number -= 1
    while turn(anchor, recurring, number) <= after:
        number += 1
    return turn(anchor, recurring, number)


def period_around(anchor: int, recurring: dict[str, Any], at: int) -> tuple[int, int]:
    """Return the whole period that contains a time, counted from the anchor."""
    end = next_turn(anchor, recurring, at)
    number = 0
    while turn(anchor, recurring, number) < end:
        number += 1
    while turn(anchor, recurring, number) > end:
        number -= 1
    return turn(anchor, recurring, number - 1), end


def share(amount: int, anchor: int, recurring: dict[str, Any], start: int, end: int) -> int:
    """Return the price of the part from `start` to `end` of a period, by the second, rounded half up."""
    first, last = period_around(anchor, recurring, start)
    part = Decimal(amount) * (min(end, last) - start) / (last - first)
    return int(part.quantize(Decimal(1), ROUND_HALF_UP))


def trial_end(data: dict[str, Any], now: int) -> int | None:
    """Return when the trial of a subscription that starts now ends; None without a trial."""
    if "trial_period_days" in data:
        return now + int(data["trial_period_days"]) * 86_400
    return data.get("trial_end")
