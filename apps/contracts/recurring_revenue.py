"""Recurring revenue: the monthly amounts of contracts and agreements, and how they moved. Plain values."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from apps.common.money import divide_half_even

# Converts a customer's amount, in micros, at the rate of a day.
Conversion = Callable[[UUID, int, date], int]
MOVES = ("New", "Reactivation", "Expansion", "Contraction", "Churn")


class RecurringAmount(NamedTuple):
    """An amount in micros that pays for `months` months, and the days on which it counts; an end of None is open."""

    organization_id: UUID
    start: date
    end: date | None
    amount_micros: int
    months: int

    @property
    def monthly_micros(self) -> int:
        return divide_half_even(self.amount_micros, self.months)

    def covers(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(slots=True)
class Month:
    """The changes of recurring revenue after the day `after`, up to the day `through`: micros by customer.

    The opening is at the exchange rates of `after`, everything else at those of `through`; `exchange_micros` is what
    the change of rates makes of the opening.
    """

    after: date
    through: date
    opening_micros: int = 0
    exchange_micros: int = 0
    moves: dict[str, dict[UUID, int]] = field(default_factory=lambda: {move: {} for move in MOVES})

    @property
    def sums(self) -> list[int]:
        """The sum of each of `MOVES`, in micros; contraction and churn are negative."""
        return [sum(self.moves[move].values()) for move in MOVES]

    @property
    def closing_micros(self) -> int:
        return self.opening_micros + self.exchange_micros + sum(self.sums)


def levels(stretches: Iterable[RecurringAmount], day: date) -> dict[UUID, int]:
    """Return each customer's monthly recurring revenue on a day, in micros; customers without any are left out."""
    found: dict[UUID, int] = {}
    for stretch in stretches:
        if stretch.covers(day) and stretch.monthly_micros:
            found[stretch.organization_id] = found.get(stretch.organization_id, 0) + stretch.monthly_micros
    return found


def move_of(before_micros: int, now_micros: int, change_micros: int, *, is_known: bool) -> str:
    """Return which of `MOVES` a change is; `is_known` says whether the customer had recurring revenue earlier."""
    if not before_micros:
        return "Reactivation" if is_known else "New"
    if not now_micros:
        return "Churn"
    return "Expansion" if change_micros > 0 else "Contraction"


def movements(
    stretches: Sequence[RecurringAmount], days: Sequence[date], convert: Conversion = lambda owner, micros, day: micros
) -> list[Month]:
    """Return how recurring revenue moved from each day to the next.

    A customer counts once for each pair of days, with the change of its total: opening plus exchange plus moves is
    closing.
    """
    first = _first_days(stretches)
    found = []
    before = levels(stretches, days[0])
    for after, through in pairwise(days):
        now = levels(stretches, through)
        opening = sum(convert(customer, micros, after) for customer, micros in before.items())
        at_new_rates = {customer: convert(customer, micros, through) for customer, micros in before.items()}
        month = Month(after, through, opening, sum(at_new_rates.values()) - opening)
        for customer in before.keys() | now.keys():
            old = at_new_rates.get(customer, 0)
            change = convert(customer, now.get(customer, 0), through) - old
            if change:
                move = move_of(old, now.get(customer, 0), change, is_known=first[customer] <= after)
                month.moves[move][customer] = change
        found.append(month)
        before = now
    return found


def _first_days(stretches: Iterable[RecurringAmount]) -> dict[UUID, date]:
    """Return the first day on which each customer had recurring revenue."""
    first: dict[UUID, date] = {}
    for stretch in stretches:
        if stretch.monthly_micros:
            known = first.get(stretch.organization_id, stretch.start)
            first[stretch.organization_id] = min(known, stretch.start)
    return first
