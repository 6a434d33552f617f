"""Recurring revenue: the monthly amounts of contracts and agreements, and how they moved. Plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from apps.common.money import divide_half_even

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
    """The changes of recurring revenue after the day `after`, up to the day `through`: micros by customer."""

    after: date
    through: date
    opening_micros: int = 0
    moves: dict[str, dict[UUID, int]] = field(default_factory=lambda: {move: {} for move in MOVES})

    @property
    def sums(self) -> list[int]:
        """The sum of each of `MOVES`, in micros; contraction and churn are negative."""
        return [sum(self.moves[move].values()) for move in MOVES]

    @property
    def closing_micros(self) -> int:
        return self.opening_micros + sum(self.sums)


def levels(stretches: Iterable[RecurringAmount], day: date) -> dict[UUID, int]:
    """Return each customer's monthly recurring revenue on a day, in micros; customers without any are left out."""
    found: dict[UUID, int] = {}
    for stretch in stretches:
        if stretch.covers(day) and stretch.monthly_micros:
            found[stretch.organization_id] = found.get(stretch.organization_id, 0) + stretch.monthly_micros
    return found


def move_of(before_micros: int, now_micros: int, *, is_known: bool) -> str:
    """Return which of `MOVES` a change is; `is_known` says whether the customer had recurring revenue earlier."""
    if not before_micros:
        return "Reactivation" if is_known else "New"
    if not now_micros:
        return "Churn"
    return "Expansion" if now_micros > before_micros else "Contraction"


def movements(stretches: Sequence[RecurringAmount], days: Sequence[date]) -> list[Month]:
    """Return how recurring revenue moved from each day to the next.

    A customer counts once for each pair of days, with the change of its total: opening plus moves is closing.
    """
    first: dict[UUID, date] = {}
    for stretch in stretches:
        if stretch.monthly_micros:
            known = first.get(stretch.organization_id, stretch.start)
            first[stretch.organization_id] = min(known, stretch.start)
    found = []
    before = levels(stretches, days[0])
    for after, through in pairwise(days):
        now = levels(stretches, through)
        month = Month(after, through, sum(before.values()))
        for customer in before.keys() | now.keys():
            change = now.get(customer, 0) - before.get(customer, 0)
            if change:
                is_known = first[customer] <= after
                move = move_of(before.get(customer, 0), now.get(customer, 0), is_known=is_known)
                month.moves[move][customer] = change
        found.append(month)
        before = now
    return found
