"""Which installments of a schedule are paid at checkout and which are charged later, on their due dates. Pure.

Stripe subscriptions are not used. A billing cycle anchor may not be later than the next natural billing date, and
cannot be combined with one-time prices without proration (https://docs.stripe.com/payments/checkout/billing-cycle).
A cycle also repeats its first day, while our schedules clamp the original day in each month.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

AT_CHECKOUT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class OpenInstallment:
    """An open installment: its due date, and the amount left to pay in micros."""

    installment_id: int
    due_date: date
    left_micros: int


@dataclass(frozen=True, slots=True)
class Collection:
    """The installments paid at checkout and those charged later.

    `renews`: the contract continues after the last one.
    """

    now: tuple[OpenInstallment, ...]
    later: tuple[OpenInstallment, ...]
    renews: bool = False

    @property
    def now_micros(self) -> int:
        return sum(row.left_micros for row in self.now)

    @property
    def saves_method(self) -> bool:
        """Whether checkout saves the payment method for later installments."""
        return bool(self.later) or self.renews


def split_schedule(rows: Sequence[OpenInstallment], *, today: date, renews: bool = False) -> Collection:
    """Split open installments: those due within two days are paid at checkout, the others are charged later."""
    reach = today + AT_CHECKOUT
    now = tuple(row for row in rows if row.due_date <= reach)
    later = tuple(row for row in rows if row.due_date > reach)
    return Collection(now, later, renews)
