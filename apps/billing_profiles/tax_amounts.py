"""Compute tax, and round it once per document and group of category and rate.

Amounts are micros, and multiples of `step`, the currency's smallest payable amount, where they are printed. Rates are
thousandths of a percent: 19000 is 19 %. Rounding once per group is what EN 16931 asks for (BR-CO-17).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.billing_profiles.errors import SettingsContradict
from apps.billing_profiles.tax_choice import OUTSIDE, TaxChoice
from apps.common.money import split

WHOLE = 100_000
"""A hundred percent, in the unit of rates."""


@dataclass(frozen=True, slots=True)
class TaxedLine:
    """A printed line: its amount in micros, with tax inside if prices include tax, and its tax."""

    amount_micros: int
    tax: TaxChoice


@dataclass(frozen=True, slots=True)
class TaxGroup:
    """All lines of one category and rate: the taxed base, and the tax, in micros.

    `reductions` is the group's part of each reduction of the document, without tax.
    """

    tax: TaxChoice
    base_micros: int
    tax_micros: int
    reductions: tuple[int, ...] = ()


def half_up(numerator: int, denominator: int) -> int:
    """Divide integers, rounding half away from zero; the denominator is positive."""
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -magnitude if numerator < 0 else magnitude


def tax_on(base_micros: int, rate: int, step: int) -> int:
    """Return the tax on a base, in micros: half up to the step."""
    return half_up(base_micros * rate, WHOLE * step) * step


def net_of(gross_micros: int, rate: int, step: int) -> int:
    """Return an amount without the tax that it includes, in micros: half up to the step."""
    return half_up(gross_micros * WHOLE, (WHOLE + rate) * step) * step


def tax_groups(
    lines: Sequence[TaxedLine], reductions: Sequence[int] = (), *, step: int, prices_include_tax: bool = False
) -> list[TaxGroup]:
    """Return a document's tax by category and rate, in the order of the lines.

    Each reduction (positive, in micros) is divided among the groups by their amounts, by largest remainder. If prices
    include tax, so do the reductions, and a group's tax is the difference to its rounded net.

    Raises:
        SettingsContradict: a line outside the scope of tax is on a document with others (EN 16931, BR-O-11).
    """
    amounts: dict[tuple[str, int], int] = {}
    taxes: dict[tuple[str, int], TaxChoice] = {}
    for line in lines:
        amounts[line.tax.group] = amounts.get(line.tax.group, 0) + line.amount_micros
        taxes.setdefault(line.tax.group, line.tax)
    if len(taxes) > 1 and any(category == OUTSIDE for category, _ in taxes):
        raise SettingsContradict("A line outside the scope of tax cannot be on a document with other lines.")
    parts = [_parts(reduction, list(amounts.values()), step) for reduction in reductions]
    return [
        _group(taxes[key], amount, [part[place] for part in parts], step, prices_include_tax)
        for place, (key, amount) in enumerate(amounts.items())
    ]


def _parts(total_micros: int, amounts: Sequence[int], step: int) -> list[int]:
    """Divide a total by amounts in whole steps; if none is positive, the first takes it all."""
    weights = [max(0, amount) for amount in amounts]
    if not any(weights):
        weights[0] = 1
    return [part * step for part in split(total_micros // step, weights)]


def _group(tax: TaxChoice, amount: int, reductions: Sequence[int], step: int, included: bool) -> TaxGroup:
    left = amount - sum(reductions)
    if not included:
        return TaxGroup(tax, left, tax_on(left, tax.rate, step), tuple(reductions))
    base = net_of(left, tax.rate, step)
    return TaxGroup(tax, base, left - base, tuple(net_of(each, tax.rate, step) for each in reductions))


@dataclass(frozen=True, slots=True)
class TaxedAmount:
    """A net amount and the tax on it, in micros."""

    base_micros: int
    tax_micros: int


def credited_tax(*, invoiced: TaxedAmount, credited: TaxedAmount, note_base: int, rate: int, step: int) -> int:
    """Return the tax of a credit note for `note_base` of a group, in micros; `credited` is the sum of earlier notes. It
    is the tax on all that is credited so far less the tax credited before, so several notes add up; the note that
    credits the rest takes exactly the tax that is left.
    """
    in_all = credited.base_micros + note_base
    if in_all == invoiced.base_micros:
        return invoiced.tax_micros - credited.tax_micros
    return max(0, min(invoiced.tax_micros, tax_on(in_all, rate, step)) - credited.tax_micros)
