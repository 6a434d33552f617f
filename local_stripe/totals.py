"""Totals of an invoice or session: lines, less discounts, plus taxes. Pure; amounts are in smallest units.

A discount is spread over the lines in proportion to their amounts; tax is rounded per line, half up, as Stripe does.
https://docs.stripe.com/billing/subscriptions/coupons and https://docs.stripe.com/tax/calculating (rounding)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Rate:
    """A tax rate in percent; if inclusive, the price already contains the tax."""

    id: str
    percentage: Decimal
    inclusive: bool


@dataclass(frozen=True, slots=True)
class Line:
    amount: int
    rates: tuple[Rate, ...] = ()


@dataclass(frozen=True, slots=True)
class Reduction:
    """A discount: an amount or a percentage off."""

    id: str
    amount_off: int | None
    percent_off: Decimal | None


@dataclass(frozen=True, slots=True)
class Tax:
    rate: Rate
    amount: int
    taxable: int


@dataclass(frozen=True, slots=True)
class Totals:
    """`total` is the amount to pay; `discounts` maps each discount's id to its amount."""

    subtotal: int
    discounts: tuple[tuple[str, int], ...]
    taxes: tuple[Tax, ...]
    total: int

    @property
    def discount(self) -> int:
        return sum(amount for _, amount in self.discounts)

    @property
    def tax(self) -> int:
        return sum(tax.amount for tax in self.taxes)


def reckon(lines: Sequence[Line], reductions: Sequence[Reduction]) -> Totals:
    """Return the totals of lines after discounts, applied one after the other, and taxes."""
    left = [line.amount for line in lines]
    discounts = []
    for reduction in reductions:
        off = _off(sum(left), reduction)
        discounts.append((reduction.id, off))
        left = [amount - share for amount, share in zip(left, _spread(off, left), strict=True)]
    taxes = _taxes(lines, left)
    total = sum(left) + sum(tax.amount for tax in taxes if not tax.rate.inclusive)
    return Totals(sum(line.amount for line in lines), tuple(discounts), taxes, total)


def _off(amount: int, reduction: Reduction) -> int:
    if amount <= 0:
        return 0
    if reduction.amount_off is not None:
        return min(amount, reduction.amount_off)
    return min(amount, _rounded(Decimal(amount) * (reduction.percent_off or Decimal()) / 100))


def _spread(off: int, amounts: Sequence[int]) -> list[int]:
    """Split a discount over amounts in proportion; the last ones get the remainder of rounding."""
    shares, total, left = [], sum(amounts), off
    for amount in amounts:
        share = left * amount // total if total else 0
        shares.append(share)
        total, left = total - amount, left - share
    return shares


def _taxes(lines: Sequence[Line], left: Sequence[int]) -> tuple[Tax, ...]:
    found: dict[str, Tax] = {}
    for line, amount in zip(lines, left, strict=True):
        included = sum(rate.percentage for rate in line.rates if rate.inclusive)
        base = Decimal(amount) / (1 + Decimal(included) / 100)
        for rate in line.rates:
            known = found.get(rate.id, Tax(rate, 0, 0))
            tax = _rounded(base * rate.percentage / 100)
            found[rate.id] = Tax(rate, known.amount + tax, known.taxable + _rounded(base))
    return tuple(found.values())


def _rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))
