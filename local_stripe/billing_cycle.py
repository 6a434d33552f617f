"""When a subscription is billed, and what a part of a period costs. Pure; moments are Unix seconds, in UTC.

The anchor's day counts, not the last period's: an anchor on the 31st bills on the last day of shorter months and comes
back to the 31st. https://docs.stripe.com/billing/subscriptions/billing-cycle
"""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

_MONTHS = {"month": 1, "year": 12}
_DAYS = {"day": 1, "week": 7}


def turn(anchor: int, recurring: dict[str, Any], number: int) -> int:
    """Return the moment `number` periods after the anchor (before it, where negative)."""
    moment = datetime.fromtimestamp(anchor, UTC)
    steps = number * int(recurring.get("interval_count", 1))
    if recurring["interval"] in _DAYS:
        return int((moment + timedelta(days=steps * _DAYS[recurring["interval"]])).timestamp())
    months = moment.year * 12 + moment.month - 1 + steps * _MONTHS[recurring["interval"]]
    year, month = divmod(months, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return int(moment.replace(year=year, month=month + 1, day=day).timestamp())


def next_turn(anchor: int, recurring: dict[str, Any], after: int) -> int:
    """Return the first turn after a moment."""
    number = 0
    while turn(anchor, recurring, number) > after:
        number -= 1
    while turn(anchor, recurring, number) <= after:
        number += 1
    return turn(anchor, recurring, number)


def period_around(anchor: int, recurring: dict[str, Any], at: int) -> tuple[int, int]:
    """Return the whole period of the anchor's rhythm that a moment lies in."""
    end = next_turn(anchor, recurring, at)
    number = 0
    while turn(anchor, recurring, number) < end:
        number += 1
    while turn(anchor, recurring, number) > end:
        number -= 1
    return turn(anchor, recurring, number - 1), end


def share(amount: int, anchor: int, recurring: dict[str, Any], start: int, end: int) -> int:
    """Return what the part from `start` to `end` of one period costs, by the second, rounded half up."""
    first, last = period_around(anchor, recurring, start)
    part = Decimal(amount) * (min(end, last) - start) / (last - first)
    return int(part.quantize(Decimal(1), ROUND_HALF_UP))


def trial_end(data: dict[str, Any], now: int) -> int | None:
    """Return when the trial of a subscription that begins now is over; None without one."""
    if "trial_period_days" in data:
        return now + int(data["trial_period_days"]) * 86_400
    return data.get("trial_end")
