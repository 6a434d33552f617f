"""What a renewal repeats: a term as long as the last one, with what recurs per period at its end. Pure."""

from dataclasses import replace
from datetime import date

from apps.common.money import divide_half_even, payable_step
from apps.contracts.schedule import months_to
from apps.contracts.terms import Frequency, ScheduledTerms, find_problems


def next_term(terms: ScheduledTerms, *, term_start: date) -> ScheduledTerms:
    """Return the terms that follow a term that began on `term_start` and ends with `terms`, the newest that recur.

    Where an amendment replaced only the last periods, each of the whole new term's periods is as its last ones were.
    What is paid at once covers its own time alone and is repeated as it is, and so are terms that make no whole number
    of periods, or more than a contract may be over. One-time amounts are not repeated.
    """
    length = months_to(terms.anchor_date, terms.end_date) - months_to(terms.anchor_date, term_start)
    own = _repeated(terms, terms.term_months)
    if terms.payment_frequency == Frequency.ONE_TIME or length % terms.months_per_period:
        return own
    whole = _repeated(terms, length)
    return own if any(find_problems(whole)) else whole


def _repeated(terms: ScheduledTerms, months: int) -> ScheduledTerms:
    """Return what recurs of terms, from where they end, over so many months.

    A portion that is spread over its first periods only is spread over as many again.
    """
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
    )


def _over(portion_micros: int, terms: ScheduledTerms, periods: int) -> int:
    """Return what a portion comes to over so many periods, in steps that can be paid."""
    unit = payable_step(terms.currency)
    return divide_half_even(portion_micros // unit * periods, terms.period_count) * unit
