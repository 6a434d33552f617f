"""The lines of an invoice for usage: charges and reductions. Pure; amounts are exact micros."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from apps.common.languages import say
from apps.common.money import split
from apps.common.periods import add_months
from apps.invoices.paper_words import (
    CREDIT_USED,
    KEPT_AS_CREDIT,
    OTHER_USAGE,
    PAID_OTHERWISE,
    SETTLED_BEFORE,
    USED_EARLIER,
)

AGREEMENT = "contracts.service_agreement"
SERVICE, USAGE = "service", "usage"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageLine:
    """The charge of a month for one product, meter and model, or, if `is_reduction`, an amount that lowers the invoice.

    `product` is one of the tax table. `meter` and `model` are empty for charges other than usage. `served_in` is the
    month of the service, which for late usage is before the `month` in which it counts.
    """

    month: date
    text: str
    exact_micros: int
    product: str = USAGE
    quantity: str = ""
    meter: str = ""
    model: str = ""
    is_reduction: bool = False
    served_in: date | None = None

    @property
    def period(self) -> tuple[date, date]:
        """The first day of the month of its service, and the first day after it."""
        first = self.served_in or self.month
        return first, add_months(first, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowCharges:
    """What was charged in the months of a window, and the sum that its lines must have, in micros.

    `metered` are the lines of metered usage. `charges` are all charges, by month, cause and text. `settled` is what was
    paid or written off before the invoice, by month.
    """

    metered: Sequence[UsageLine]
    charges: Mapping[tuple[date, str, str], int]
    settled: Mapping[date, int]
    sum_micros: int
    last_month: date


@dataclass(frozen=True, slots=True)
class RemainderTexts:
    """The texts for the difference between the charges and the sum: if the charges are more, and if they are less."""

    above: str
    below: str


# For an invoice for debt, and for an invoice that credit paid.
OWED, PAID_WITH_CREDIT = RemainderTexts(CREDIT_USED, KEPT_AS_CREDIT), RemainderTexts(PAID_OTHERWISE, USED_EARLIER)


def complete_lines(charged: WindowCharges, language: str, rest: RemainderTexts = OWED) -> list[UsageLine]:
    """Return the lines of a window; they add up to `sum_micros`. Unmetered charges get their own lines.

    Lines for the remaining difference explain it with the texts of `rest`. For a debt: that part was paid from prepaid
    credit, or, if the lines are less than the sum, corrections left it as credit.
    """
    translate = partial(say, language)
    metered, charges, settled = charged.metered, charged.charges, charged.settled
    lines = [each for each in metered if each.exact_micros]
    counted: dict[date, int] = {}
    for each in lines:
        counted[each.month] = counted.get(each.month, 0) + each.exact_micros
    for (month, cause, text), micros in charges.items():
        if cause == AGREEMENT:
            lines.append(UsageLine(month=month, text=text, exact_micros=micros, product=SERVICE))
        else:
            counted[month] = counted.get(month, 0) - micros
    lines += [
        UsageLine(month=month, text=translate(OTHER_USAGE), exact_micros=-micros)
        for month, micros in counted.items()
        if micros
    ]
    lines += [
        UsageLine(month=month, text=translate(SETTLED_BEFORE), exact_micros=micros)
        for month, micros in settled.items()
        if micros
    ]
    lines = [_turned(each) for each in lines]
    return lines + _difference(lines, charged, translate, rest)


def _turned(line: UsageLine) -> UsageLine:
    """Return a line with a negative amount as a reduction."""
    return replace(line, exact_micros=-line.exact_micros, is_reduction=True) if line.exact_micros < 0 else line


def _difference(
    lines: Sequence[UsageLine], charged: WindowCharges, translate: Callable[[str], str], rest: RemainderTexts
) -> list[UsageLine]:
    """Return reductions by product if the lines add up to more than the sum, or one line if they add up to less."""
    month = charged.last_month
    by_product: dict[str, int] = {}
    for each in lines:
        sign = -1 if each.is_reduction else 1
        by_product[each.product] = by_product.get(each.product, 0) + sign * each.exact_micros
    used = sum(by_product.values()) - charged.sum_micros
    if not used:
        return []
    if used < 0:
        return [UsageLine(month=month, text=translate(rest.below if lines else OTHER_USAGE), exact_micros=-used)]
    weights = [max(0, micros) for micros in by_product.values()]
    parts = split(used, weights if any(weights) else [1] * len(weights))
    return [
        UsageLine(month=month, text=translate(rest.above), exact_micros=part, product=product, is_reduction=True)
        for product, part in zip(by_product, parts, strict=True)
        if part
    ]
