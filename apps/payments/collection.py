"""What of a schedule is paid at checkout, and what is charged later, each installment on its due date. Pure.

Stripe's subscriptions are not used: a billing cycle anchor may not lie past the next natural billing date, nor be
combined with one-time prices when nothing is prorated (https://docs.stripe.com/payments/checkout/billing-cycle), and
a cycle repeats its first day where our schedules clamp the original day in each month.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

AT_CHECKOUT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Owed:
    """An installment that is open: when it is due, and what is left to pay of it in micros."""

    installment_id: int
    due_date: date
    left_micros: int


@dataclass(frozen=True, slots=True)
class Collection:
    """What is paid at checkout now, and what is charged later. `renews`: the schedule goes on after its last row."""

    now: tuple[Owed, ...]
    later: tuple[Owed, ...]
    renews: bool = False

    @property
    def now_micros(self) -> int:
        return sum(row.left_micros for row in self.now)

    @property
    def saves_method(self) -> bool:
        """Say whether the payment method is kept at checkout, to be charged when the rest is due."""
        return bool(self.later) or self.renews


def split_schedule(rows: Sequence[Owed], *, today: date, renews: bool = False) -> Collection:
    """Return what is paid at checkout today, which is what is due by now or within two days, and what comes later."""
    reach = today + AT_CHECKOUT
    now = tuple(row for row in rows if row.due_date <= reach)
    later = tuple(row for row in rows if row.due_date > reach)
    return Collection(now, later, renews)
