"""Which way a schedule is collected: at once, by subscription, or invoice by invoice. Pure; amounts are micros."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

BILLABLE_INTERVALS = (1, 3, 6, 12)
EARLY = timedelta(days=2)  # a subscription cannot be made to begin within two days from now
LONGEST_WAIT = timedelta(days=700)


class Way(StrEnum):
    """How a contract is collected."""

    CHECKOUT = "checkout"
    SUBSCRIPTION = "subscription"
    INVOICES = "invoices"


@dataclass(frozen=True, slots=True)
class Owed:
    """An instalment that is open: what is left to pay of it, and when. Rows come by due date, one-time first."""

    installment_id: int
    due_date: date
    period_end: date
    left_micros: int
    is_one_time: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What is collected now, and how the rest is. `unit_micros` is what each later period costs by subscription."""

    way: Way
    now: tuple[Owed, ...]
    later: tuple[Owed, ...] = ()
    unit_micros: int = 0

    @property
    def now_micros(self) -> int:
        return sum(row.left_micros for row in self.now)

    @property
    def ends_on(self) -> date | None:
        """The first day after the last period collected by subscription."""
        return max((row.period_end for row in self.later), default=None)


def plan_collection(rows: Sequence[Owed], *, months_per_period: int, today: date) -> Plan:
    """Say how open rows are collected from today on.

    One payment: checkout. Equal periods to come: what is due by now at checkout, the rest by subscription from the next
    due date. Unequal ones: an invoice for each.
    """
    now = tuple(row for row in rows if row.due_date <= today + EARLY)
    later = rows[len(now) :]
    if not later:
        return Plan(Way.CHECKOUT, now)
    if len(rows) == 1:
        return Plan(Way.CHECKOUT, tuple(rows))
    if _is_even(later) and months_per_period in BILLABLE_INTERVALS and later[0].due_date <= today + LONGEST_WAIT:
        return Plan(Way.SUBSCRIPTION, now, tuple(later), later[0].left_micros)
    return Plan(Way.INVOICES, now or tuple(rows[:1]), tuple(later if now else rows[1:]))


def _is_even(rows: Sequence[Owed]) -> bool:
    return not any(row.is_one_time for row in rows) and len({row.left_micros for row in rows}) == 1


@dataclass(frozen=True, slots=True)
class Change:
    """What a running subscription needs to fit a changed schedule; `fits` is False where it cannot."""

    fits: bool
    next_row: Owed | None = None
    next_lowered_micros: int = 0


def fit_subscription(rows: Sequence[Owed], *, unit_micros: int) -> Change:
    """Say whether a subscription at `unit_micros` a period still collects these open rows.

    The next row may be lower, since a discount takes something off it; every later one must be the unit.
    """
    if not rows:
        return Change(True)
    first, rest = rows[0], rows[1:]
    even = all(row.left_micros == unit_micros for row in rest) and not any(row.is_one_time for row in rows)
    lowered = unit_micros - first.left_micros
    return Change(even and lowered >= 0, first, lowered if even and lowered >= 0 else 0)
