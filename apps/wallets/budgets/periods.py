"""The periods of budgets: UTC days, weeks from Monday, calendar months, billing periods, or one period of days.

All begin at midnight UTC, so that a day lies in exactly one period of each kind.
"""

from datetime import date, timedelta
from functools import lru_cache

from apps.common.periods import add_months, billing_period, midnight
from apps.wallets.budgets.state import BILLING_PERIOD, DAY, MONTH, ONCE, WEEK, BudgetState

# The first day of a period, and the first day after it (None: open).
Span = tuple[date, date | None]
ONE_DAY = timedelta(days=1)


def span_of(budget: BudgetState, day: date, anchor_day: int) -> Span | None:
    """Return the period of a budget that contains a day, or None; one that ends on the last of all days is open."""
    if budget.period == ONCE:
        start = budget.starts_on or budget.counts_from
        end = budget.ends_on + ONE_DAY if budget.ends_on is not None and budget.ends_on < date.max else None
        return (start, end) if start <= day and (end is None or day < end) else None
    return regular_span(budget.period, day, anchor_day)


def has_period(budget: BudgetState, day: date) -> bool:
    """Return whether some period of a budget contains a day, as for all that recur."""
    return budget.period != ONCE or span_of(budget, day, 1) is not None


@lru_cache(maxsize=1_024)
def regular_span(period: str, day: date, anchor_day: int) -> Span:
    """Return the recurring period of this kind that contains a day."""
    if period == DAY:
        return day, day + ONE_DAY
    if period == WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=7)
    if period == MONTH:
        first = day.replace(day=1)
        return first, add_months(first, 1)
    assert period == BILLING_PERIOD
    found = billing_period(anchor_day, midnight(day))
    return found.start.date(), found.end.date()
