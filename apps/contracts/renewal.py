"""The terms of a renewal: as long as the last term, at the recurring amounts in force at its end. Pure."""

from dataclasses import replace
from datetime import date

from apps.common.money import divide_half_even, payable_step
from apps.contracts.schedule import months_to
from apps.contracts.terms import Frequency, ScheduledTerms, find_problems


def next_term(terms: ScheduledTerms, *, term_start: date) -> ScheduledTerms:
    """Return the terms of the next term.

    The current term began on `term_start`; `terms` are its newest recurring terms. If an amendment replaced only the
    last periods, the whole new term uses the amended amount per period. `terms` are repeated over their own length
    instead when they are paid once, when the full length is not a whole number of periods, or when it would exceed the
    limits of a contract. One-time amounts are not repeated.
    """
    length = months_to(terms.anchor_date, terms.end_date) - months_to(terms.anchor_date, term_start)
    own = _repeated(terms, terms.term_months)
    if terms.payment_frequency == Frequency.ONE_TIME or length % terms.months_per_period:
        return own
    whole = _repeated(terms, length)
    return own if any(find_problems(whole)) else whole


def _repeated(terms: ScheduledTerms, months: int) -> ScheduledTerms:
    """Return the recurring part of `terms` for `months` months from their end.

    A portion limited to the first periods keeps its amount and its limit. A percentage on all installments stays;
    any other discount ends with the current term.
    """
    stays = terms.discount_periods is None and terms.discount_until is None
    periods = months // terms.months_per_period
    credit, service = terms.recurring_credit_micros, terms.recurring_service_micros
    return replace(
        terms,
        first_month=terms.first_month + terms.term_months,
        one_time_date=None,
        term_months=months,
        credit_portion_micros=credit if terms.credit_period_limit else _over(credit, terms, periods),
        service_portion_micros=service if terms.service_period_limit else _over(service, terms, periods),
        onetime_credit_micros=0,
        onetime_service_micros=0,
        discount_percent_micros=terms.discount_percent_micros if stays else 0,
        discount_micros=0,
        discount_periods=None,
        discount_until=None,
    )


def _over(portion_micros: int, terms: ScheduledTerms, periods: int) -> int:
    """Scale a portion to `periods` periods, rounded to the smallest payable step."""
    unit = payable_step(terms.currency)
    return divide_half_even(portion_micros // unit * periods, terms.period_count) * unit
