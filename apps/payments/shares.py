"""Splits a payment into tax, an unapplied part, and the part that pays for something here. Pure; in micros."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """The shares of a payment or of a part of one.

    `unapplied_micros` has no purpose here, `tax_micros` is the tax that Stripe added or included, and `net_micros` pays
    for credit, installments or usage.
    """

    unapplied_micros: int = 0
    tax_micros: int = 0
    net_micros: int = 0

    @property
    def total_micros(self) -> int:
        return self.unapplied_micros + self.tax_micros + self.net_micros

    def minus(self, other: "Shares") -> "Shares":
        """Return these shares less the other's."""
        return Shares(
            unapplied_micros=self.unapplied_micros - other.unapplied_micros,
            tax_micros=self.tax_micros - other.tax_micros,
            net_micros=self.net_micros - other.net_micros,
        )


def tax_within(received_micros: int, *, total_micros: int, tax_micros: int, step_micros: int) -> int:
    """Return the tax within the first `received_micros` of a taxed total: in proportion, rounded down to a step.

    It is always computed from the first micro, so that the tax of several payments adds up to the whole tax.
    """
    if received_micros >= total_micros:
        return tax_micros
    return tax_micros * received_micros // total_micros // step_micros * step_micros


def taken_next(amount_micros: int, *, before: Shares, whole: Shares, step_micros: int) -> Shares:
    """Return the shares of the next `amount_micros` to return, after `before` was returned of the `whole`.

    The unapplied part is returned first, because it has no purpose; the rest includes tax in proportion. All returns
    together take exactly the whole, no matter how it is divided and which returns were reversed.
    """
    left = whole.minus(before)
    unapplied = min(amount_micros, left.unapplied_micros)
    rest = amount_micros - unapplied
    goal = tax_within(
        before.tax_micros + before.net_micros + rest,
        total_micros=whole.tax_micros + whole.net_micros,
        tax_micros=whole.tax_micros,
        step_micros=step_micros,
    )
    tax = min(max(goal - before.tax_micros, rest - left.net_micros, 0), left.tax_micros, rest)
    return Shares(unapplied_micros=unapplied, tax_micros=tax, net_micros=rest - tax)


def spread(amount_micros: int, lefts_micros: Iterable[int]) -> list[int]:
    """Spread an amount over payments in order, up to what each has left; any excess is dropped."""
    shares = []
    for left in lefts_micros:
        shares.append(min(left, amount_micros))
        amount_micros -= shares[-1]
    return shares
