"""What people agree on, as plain values, and which agreements make no schedule.

Amounts are micros and always whole steps that can be paid, since every installment is paid at Stripe.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from apps.common.money import Micros, decimal_text, payable_step
from apps.common.periods import add_months

MAX_TERM_MONTHS = 240
MAX_TOTAL_MICROS = 10**15
FIRST_YEAR, LAST_YEAR = 1970, 2200


class Frequency(StrEnum):
    """How often an installment is due."""

    ONE_TIME = "one_time"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    SEMIANNUAL = "semiannual"
    ANNUAL = "annual"


MONTHS_PER_PERIOD = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3, Frequency.SEMIANNUAL: 6, Frequency.ANNUAL: 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class CommercialTerms:
    """What people agree on. The portions are totals: one-time amounts are part of them, bonus credits are not.

    A limit k spreads its portion over the first k recurring rows only.
    """

    term_months: int
    payment_frequency: Frequency
    credit_portion_micros: int
    service_portion_micros: int
    onetime_credit_micros: int = 0
    onetime_service_micros: int = 0
    credit_period_limit: int | None = None
    service_period_limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledTerms(CommercialTerms):
    """What was agreed, and where it stands in time.

    `first_month` counts from the anchor to the first recurring period (0 in a first term). `one_time_date` is when the
    one-time amount is due, the start unless set.
    """

    currency: str
    anchor_date: date
    first_month: int = 0
    one_time_date: date | None = None

    @property
    def start_date(self) -> date:
        """The first day of the recurring periods."""
        return add_months(self.anchor_date, self.first_month)

    @property
    def end_date(self) -> date:
        """The first day after the term."""
        return add_months(self.anchor_date, self.first_month + self.term_months)

    @property
    def one_time_due_date(self) -> date:
        return self.one_time_date or self.start_date

    @property
    def total_micros(self) -> Micros:
        return Micros(self.credit_portion_micros + self.service_portion_micros)

    @property
    def months_per_period(self) -> int:
        return MONTHS_PER_PERIOD.get(self.payment_frequency, self.term_months)

    @property
    def period_count(self) -> int:
        """How many recurring periods the term has; 0 where only a one-time amount was agreed."""
        return self.term_months // self.months_per_period if self.term_months else 0

    @property
    def recurring_credit_micros(self) -> int:
        return self.credit_portion_micros - self.onetime_credit_micros

    @property
    def recurring_service_micros(self) -> int:
        return self.service_portion_micros - self.onetime_service_micros


class TermProblem(NamedTuple):
    """A term that cannot be: which one, and the rule it breaks."""

    field: str
    rule: str


def find_problems(terms: ScheduledTerms) -> Iterator[TermProblem]:
    """Yield every term that cannot be, in the order a form shows them."""
    if FIRST_YEAR <= terms.anchor_date.year <= LAST_YEAR:
        yield from _problems_of_dates(terms)
    else:
        yield TermProblem("start_date", f"The start lies between {FIRST_YEAR} and {LAST_YEAR}.")
    yield from _problems_of_amounts(terms)
    yield from _problems_of_limits(terms)


def _problems_of_dates(terms: ScheduledTerms) -> Iterator[TermProblem]:
    if not 0 <= terms.term_months <= MAX_TERM_MONTHS:
        yield TermProblem("term_months", f"The term is 1 to {MAX_TERM_MONTHS} months.")
        return
    if terms.term_months % (terms.months_per_period or 1):
        rule = f"A term of {terms.term_months} months is not a whole number of {terms.payment_frequency} periods."
        yield TermProblem("term_months", rule)
    if terms.one_time_due_date >= terms.end_date:
        field = "effective_date" if terms.one_time_date else "term_months"
        yield TermProblem(field, "The term ends after its first day, and after the day it takes effect.")


def _problems_of_amounts(terms: ScheduledTerms) -> Iterator[TermProblem]:
    unit = payable_step(terms.currency)
    for field in (
        "credit_portion_micros",
        "service_portion_micros",
        "onetime_credit_micros",
        "onetime_service_micros",
    ):
        amount = getattr(terms, field)
        if amount < 0:
            yield TermProblem(field, "An amount is not negative.")
        elif amount > MAX_TOTAL_MICROS:
            yield TermProblem(field, f"An amount is at most {decimal_text(MAX_TOTAL_MICROS)} {terms.currency}.")
        elif amount % unit:
            yield TermProblem(field, f"An amount is a whole number of {decimal_text(unit)} {terms.currency}.")
    if terms.onetime_credit_micros > terms.credit_portion_micros:
        yield TermProblem("onetime_credit_micros", "The one-time credit is part of the credit portion, not above it.")
    if terms.onetime_service_micros > terms.service_portion_micros:
        yield TermProblem(
            "onetime_service_micros", "The one-time service is part of the service portion, not above it."
        )
    if not 0 < terms.total_micros <= MAX_TOTAL_MICROS:
        rule = f"The total is above zero and at most {decimal_text(MAX_TOTAL_MICROS)} {terms.currency}."
        yield TermProblem("credit_portion_micros", rule)


def _problems_of_limits(terms: ScheduledTerms) -> Iterator[TermProblem]:
    if not 0 <= terms.term_months <= MAX_TERM_MONTHS or terms.term_months % (terms.months_per_period or 1):
        return
    rows = terms.period_count
    if not rows and (terms.recurring_credit_micros or terms.recurring_service_micros):
        yield TermProblem("term_months", "Without a recurring period every amount is one-time.")
    for field, limit in (
        ("credit_period_limit", terms.credit_period_limit),
        ("service_period_limit", terms.service_period_limit),
    ):
        if limit is not None and not 1 <= limit <= rows:
            yield TermProblem(field, f"A limit is 1 to the number of periods, which is {rows}.")
