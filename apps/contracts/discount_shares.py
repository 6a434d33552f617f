"""Divide a contract's discount over its installments. Pure; amounts are micros, in payable steps."""

from collections.abc import Sequence
from datetime import date

from apps.common.money import Micros, divide_half_even, payable_step, split
from apps.contracts.errors import ImpossibleTerms
from apps.contracts.terms import WHOLE_PERCENT_MICROS, ScheduledTerms


def discount_shares(terms: ScheduledTerms, rows: Sequence[tuple[date, int]]) -> list[Micros]:
    """Return each installment's share of the discount, in proportion to the amounts that it applies to.

    `rows` are the installments' period starts and amounts.

    Raises:
        ImpossibleTerms: it applies to no installment, or leaves nothing to pay on one.
    """
    field = "discount_micros" if terms.discount_micros else "discount_percent_micros"
    shares = [Micros(0)] * len(rows)
    if not getattr(terms, field):
        return shares
    chosen = _discounted(terms, rows)
    if not chosen:
        raise ImpossibleTerms("The discount applies to no installment with an amount.", field=field)
    step = payable_step(terms.currency)
    amounts = [rows[number][1] // step for number in chosen]
    percent = divide_half_even(sum(amounts) * terms.discount_percent_micros, WHOLE_PERCENT_MICROS)
    divided = split(terms.discount_micros // step or percent, amounts)
    if any(share >= amount for share, amount in zip(divided, amounts, strict=True)):
        raise ImpossibleTerms("The discount must leave something to pay on each installment.", field=field)
    for number, share in zip(chosen, divided, strict=True):
        shares[number] = Micros(share * step)
    return shares


def _discounted(terms: ScheduledTerms, rows: Sequence[tuple[date, int]]) -> list[int]:
    """Return the indices of the installments that the discount applies to."""
    until = terms.discount_until
    found = [number for number, (start, amount) in enumerate(rows) if amount and (until is None or start < until)]
    return found[: terms.discount_periods]
