"""Commercial terms as plain values, and the rules that valid terms follow.

Amounts are micros and multiples of the smallest payable step, since installments are paid through Stripe.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from apps.common.money import Micros, money_text, payable_step
from apps.common.periods import add_months
from apps.contracts.agreed_prices import AgreedPrice

MAX_TERM_MONTHS = 240
MAX_PAYMENT_TERMS_DAYS = 365
MAX_CUSTOM_LINES = 240
AMOUNTS_OF_LINES = ("credit_micros", "service_micros")
MAX_TOTAL_MICROS = 10**15
WHOLE_PERCENT_MICROS = 100 * 10**6
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
class CustomLine:
    """A line of a custom schedule: the day it is due, its credit and service, and what it is for.

    A negative line lowers what else is due on its day.
    """

    due_date: date
    credit_micros: int
    service_micros: int
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommercialTerms:
    """The terms of a contract. The portions are totals: they include one-time amounts but no bonus credits.

    A period limit k spreads its portion over the first k recurring installments only. An installment is due
    `payment_terms_days` after its period starts. If there are `custom_lines`, they are the schedule, and the portions
    are their sums.

    A discount is a percentage, in millionths of a percent, or an amount. It lowers what is paid on all installments, on
    the first `discount_periods`, or on those whose period starts before `discount_until`, but never their credit or
    service.

    `prices` are the customer's own while the contract runs; those of an amendment are added to the earlier ones.
    """

    term_months: int
    payment_frequency: Frequency
    credit_portion_micros: int
    service_portion_micros: int
    onetime_credit_micros: int = 0
    onetime_service_micros: int = 0
    credit_period_limit: int | None = None
    service_period_limit: int | None = None
    payment_terms_days: int = 0
    custom_lines: tuple[CustomLine, ...] = ()
    discount_percent_micros: int = 0
    discount_micros: int = 0
    discount_periods: int | None = None
    discount_until: date | None = None
    prices: tuple[AgreedPrice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledTerms(CommercialTerms):
    """Commercial terms placed on the calendar.

    `first_month` is the number of months from the anchor to the first recurring period (0 in a first term). The
    one-time amount is due on `one_time_date`, or on the start date if that is None.
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
        """The number of recurring periods; 0 if there is only a one-time amount."""
        return self.term_months // self.months_per_period if self.term_months else 0

    @property
    def recurring_credit_micros(self) -> int:
        return self.credit_portion_micros - self.onetime_credit_micros

    @property
    def recurring_service_micros(self) -> int:
        return self.service_portion_micros - self.onetime_service_micros


class TermProblem(NamedTuple):
    """An invalid term: its field and the rule it breaks."""

    field: str
    rule: str


def find_problems(terms: ScheduledTerms) -> Iterator[TermProblem]:
    """Yield every invalid term, in the order of the form."""
    if FIRST_YEAR <= terms.anchor_date.year <= LAST_YEAR:
        yield from _problems_of_dates(terms)
    else:
        yield TermProblem("start_date", f"The start must be between {FIRST_YEAR} and {LAST_YEAR}.")
    yield from _problems_of_amounts(terms)
    if not terms.custom_lines:
        yield from _problems_of_limits(terms)
    elif 0 < terms.term_months <= MAX_TERM_MONTHS and FIRST_YEAR <= terms.anchor_date.year <= LAST_YEAR:
        yield from _problems_of_lines(terms)
    yield from _problems_of_discount(terms)
    if not 0 <= terms.payment_terms_days <= MAX_PAYMENT_TERMS_DAYS:
        yield TermProblem("payment_terms_days", f"The days to pay must be 0 to {MAX_PAYMENT_TERMS_DAYS}.")


def _problems_of_dates(terms: ScheduledTerms) -> Iterator[TermProblem]:
    if not 0 <= terms.term_months <= MAX_TERM_MONTHS:
        yield TermProblem("term_months", f"The term must be 1 to {MAX_TERM_MONTHS} months.")
        return
    if not terms.custom_lines and terms.term_months % (terms.months_per_period or 1):
        rule = f"A term of {terms.term_months} months is not a whole number of {terms.payment_frequency} periods."
        yield TermProblem("term_months", rule)
    if terms.one_time_due_date >= terms.end_date:
        field = "effective_date" if terms.one_time_date else "term_months"
        yield TermProblem(field, "The term must end after its first day and after the day it takes effect.")


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
            yield TermProblem(field, "The amount must not be negative.")
        elif amount > MAX_TOTAL_MICROS:
            yield TermProblem(field, f"The amount must be at most {money_text(MAX_TOTAL_MICROS, terms.currency)}.")
        elif amount % unit:
            yield TermProblem(field, f"The amount must be a multiple of {money_text(unit, terms.currency)}.")
    if terms.onetime_credit_micros > terms.credit_portion_micros:
        yield TermProblem("onetime_credit_micros", "The one-time credit must not exceed the credit portion.")
    if terms.onetime_service_micros > terms.service_portion_micros:
        yield TermProblem("onetime_service_micros", "The one-time service must not exceed the service portion.")
    if not 0 < terms.total_micros <= MAX_TOTAL_MICROS:
        rule = f"The total must be above zero and at most {money_text(MAX_TOTAL_MICROS, terms.currency)}."
        yield TermProblem("credit_portion_micros", rule)


def _problems_of_discount(terms: ScheduledTerms) -> Iterator[TermProblem]:
    step, is_given = payable_step(terms.currency), terms.discount_micros or terms.discount_percent_micros
    if not 0 <= terms.discount_percent_micros < WHOLE_PERCENT_MICROS:
        yield TermProblem("discount_percent_micros", "The discount must be zero or more, and below 100 percent.")
    if terms.discount_micros < 0 or terms.discount_micros % step:
        rule = f"The discount must be zero or a multiple of {money_text(step, terms.currency)}."
        yield TermProblem("discount_micros", rule)
    if terms.discount_micros and terms.discount_percent_micros:
        yield TermProblem("discount_micros", "Enter a percentage or an amount, not both.")
    if terms.discount_periods is not None and terms.discount_until is not None:
        yield TermProblem("discount_until", "Enter a number of installments or a day, not both.")
    for field in ("discount_periods", "discount_until"):
        if getattr(terms, field) is not None and not is_given:
            yield TermProblem(field, "Enter the discount too: a percentage or an amount.")
    if terms.discount_periods is not None and terms.discount_periods < 1:
        yield TermProblem("discount_periods", "The number of installments must be at least 1.")


def _problems_of_lines(terms: ScheduledTerms) -> Iterator[TermProblem]:
    step = payable_step(terms.currency)
    days = sorted({line.due_date for line in terms.custom_lines})
    if len(terms.custom_lines) > MAX_CUSTOM_LINES:
        yield TermProblem("custom_lines", f"There can be at most {MAX_CUSTOM_LINES} lines.")
    for day in days:
        lines = [line for line in terms.custom_lines if line.due_date == day]
        credit, service = sum(line.credit_micros for line in lines), sum(line.service_micros for line in lines)
        if credit < 0 or service < 0:
            yield TermProblem("custom_lines", f"The credit or the service due on {day} is below zero.")
        if any(line.credit_micros % step or line.service_micros % step for line in lines):
            least = money_text(step, terms.currency)
            yield TermProblem("custom_lines", f"The amounts due on {day} must be multiples of {least}.")
    if not FIRST_YEAR <= days[0].year <= LAST_YEAR:
        yield TermProblem("custom_lines", f"The days must be between {FIRST_YEAR} and {LAST_YEAR}.")
    start, end = terms.start_date, terms.end_date
    if not all(start < day < end for day in days[1:]):
        rule = f"Every day but the first must be after {start} and before {end}, the end of the term."
        yield TermProblem("custom_lines", rule)
    credit, service = (sum(getattr(line, name) for line in terms.custom_lines) for name in AMOUNTS_OF_LINES)
    if (credit, service) != (terms.credit_portion_micros, terms.service_portion_micros):
        yield TermProblem("custom_lines", "The portions must be the sums of the lines.")
    if terms.onetime_credit_micros or terms.onetime_service_micros:
        yield TermProblem("custom_lines", "A custom schedule has no other one-time amounts.")
    if terms.payment_terms_days:
        yield TermProblem("payment_terms_days", "The lines of a custom schedule have their own days.")


def _problems_of_limits(terms: ScheduledTerms) -> Iterator[TermProblem]:
    if not 0 <= terms.term_months <= MAX_TERM_MONTHS or terms.term_months % (terms.months_per_period or 1):
        return
    rows = terms.period_count
    if not rows and (terms.recurring_credit_micros or terms.recurring_service_micros):
        yield TermProblem("term_months", "Without recurring periods, all amounts must be one-time.")
    for field, limit in (
        ("credit_period_limit", terms.credit_period_limit),
        ("service_period_limit", terms.service_period_limit),
    ):
        if limit is not None and not 1 <= limit <= rows:
            yield TermProblem(field, f"The limit must be 1 to {rows}, the number of periods.")
