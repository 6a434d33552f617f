"""What of a payment is tax, what nothing here asks for, and what pays for what was bought. Pure; in micros."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """A payment, or a part of one, by what it was for.

    `unapplied_micros` is what nothing here asks for, `tax_micros` the tax that Stripe added or found inside, and
    `net_micros` what pays for credit, installments or usage.
    """

    unapplied_micros: int = 0
    tax_micros: int = 0
    net_micros: int = 0

    @property
    def total_micros(self) -> int:
        return self.unapplied_micros + self.tax_micros + self.net_micros

    def minus(self, other: "Shares") -> "Shares":
        """What is left without the other's shares."""
        return Shares(
            unapplied_micros=self.unapplied_micros - other.unapplied_micros,
            tax_micros=self.tax_micros - other.tax_micros,
            net_micros=self.net_micros - other.net_micros,
        )


def tax_within(received_micros: int, *, total_micros: int, tax_micros: int, step_micros: int) -> int:
    """Return what of the first `received_micros` of a taxed total is tax: in proportion, rounded down to a step.

    Reckoned from the beginning, so that what several payments bring adds up to the tax once all of it has come.
    """
    if received_micros >= total_micros:
        return tax_micros
    return tax_micros * received_micros // total_micros // step_micros * step_micros


def taken_next(amount_micros: int, *, before: Shares, whole: Shares, step_micros: int) -> Shares:
    """Say what of a payment goes back next, after `before` has gone back of the `whole`.

    What nothing asks for goes first, since it brought nothing; of the rest, tax goes back in proportion. All of it
    together takes exactly what came, in whatever parts it goes and whichever of them were put back again.
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
    """Fill what is left of each payment in order with an amount; what none of them has left is not among the shares."""
    shares = []
    for left in lefts_micros:
        shares.append(min(left, amount_micros))
        amount_micros -= shares[-1]
    return shares
