"""From terms to instalments, exactly: which rows are due when, for which period, and how each splits.

Plain Python. Amounts are micros and always whole smallest units of the currency, since every row is paid at Stripe.
Periods start on the anchor's day, clamped per month from the original anchor, and tile without gap or overlap.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from apps.common.money import Micros, decimal_text, from_minor_units, micros_per_minor_unit, split
from apps.common.periods import add_months
from apps.contracts.errors import ImpossibleTerms

MAX_TERM_MONTHS = 240
MAX_TOTAL_MICROS = 10**15
FIRST_YEAR, LAST_YEAR = 1970, 2200


class Frequency(StrEnum):
    """How often an instalment is due."""

    ONE_TIME = "one_time"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    SEMIANNUAL = "semiannual"
    ANNUAL = "annual"


MONTHS_PER_PERIOD = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3, Frequency.SEMIANNUAL: 6, Frequency.ANNUAL: 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What was agreed. The portions are totals of the term: one-time amounts are part of them, bonus credits are not.

    `first_month` counts from the anchor to the first recurring period (0 in a first term). `one_time_date` is when the
    one-time amount is due, the start unless set. A limit k spreads its portion over the first k recurring rows only.
    """

    currency: str
    anchor_date: date
    term_months: int
    frequency: Frequency
    credit_portion_micros: int
    service_portion_micros: int
    onetime_credit_micros: int = 0
    onetime_service_micros: int = 0
    credit_period_limit: int | None = None
    service_period_limit: int | None = None
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
        return MONTHS_PER_PERIOD.get(self.frequency, self.term_months)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One instalment: due on a date, for a half-open period, split into credit and service."""

    due_date: date
    period_start: date
    period_end: date
    credit_micros: Micros
    service_micros: Micros
    is_one_time: bool = False

    @property
    def amount_micros(self) -> Micros:
        return Micros(self.credit_micros + self.service_micros)

    @property
    def period(self) -> str:
        return f"{self.period_start:%Y-%m-%d}/{self.period_end:%Y-%m-%d}"


class Problem(NamedTuple):
    """A term that cannot be: which one, and the rule it breaks."""

    field: str
    rule: str


def build_schedule(terms: Terms) -> list[Row]:
    """Return the instalments: the one-time row first where there is one, then one row per period.

    A period that no portion reaches keeps its row, with nothing to pay, so that the periods cover the term.

    Raises:
        ImpossibleTerms: naming the first term that cannot be; `problems` in its context lists them all.
    """
    problems = list(find_problems(terms))
    if problems:
        raise ImpossibleTerms(problems[0].rule, field=problems[0].field, problems=problems)
    credits_micros = _spread(terms.recurring_credit_micros, terms, terms.credit_period_limit)
    services_micros = _spread(terms.recurring_service_micros, terms, terms.service_period_limit)
    starts = [
        add_months(terms.anchor_date, terms.first_month + number * terms.months_per_period)
        for number in range(terms.period_count + 1)
    ]
    recurring = [
        Row(
            due_date=starts[number],
            period_start=starts[number],
            period_end=starts[number + 1],
            credit_micros=credits_micros[number],
            service_micros=services_micros[number],
        )
        for number in range(terms.period_count)
    ]
    return _one_time_rows(terms) + recurring


def find_problems(terms: Terms) -> Iterator[Problem]:
    """Yield every term that cannot be, in the order a form shows them."""
    if FIRST_YEAR <= terms.anchor_date.year <= LAST_YEAR:
        yield from _problems_of_dates(terms)
    else:
        yield Problem("start_date", f"The start lies between {FIRST_YEAR} and {LAST_YEAR}.")
    yield from _problems_of_amounts(terms)
    yield from _problems_of_limits(terms)


def _problems_of_dates(terms: Terms) -> Iterator[Problem]:
    if not 0 <= terms.term_months <= MAX_TERM_MONTHS:
        yield Problem("term_months", f"The term is 1 to {MAX_TERM_MONTHS} months.")
        return
    if terms.term_months % (terms.months_per_period or 1):
        rule = f"A term of {terms.term_months} months is not a whole number of {terms.frequency} periods."
        yield Problem("term_months", rule)
    if terms.one_time_due_date >= terms.end_date:
        field = "effective_date" if terms.one_time_date else "term_months"
        yield Problem(field, "The term ends after its first day, and after the day it takes effect.")


def _problems_of_amounts(terms: Terms) -> Iterator[Problem]:
    unit = micros_per_minor_unit(terms.currency)
    for field in (
        "credit_portion_micros",
        "service_portion_micros",
        "onetime_credit_micros",
        "onetime_service_micros",
    ):
        amount = getattr(terms, field)
        if amount < 0:
            yield Problem(field, "An amount is not negative.")
        elif amount > MAX_TOTAL_MICROS:
            yield Problem(field, f"An amount is at most {decimal_text(MAX_TOTAL_MICROS)} {terms.currency}.")
        elif amount % unit:
            yield Problem(field, f"An amount is a whole number of {decimal_text(unit)} {terms.currency}.")
    if terms.onetime_credit_micros > terms.credit_portion_micros:
        yield Problem("onetime_credit_micros", "The one-time credit is part of the credit portion, not above it.")
    if terms.onetime_service_micros > terms.service_portion_micros:
        yield Problem("onetime_service_micros", "The one-time service is part of the service portion, not above it.")
    if not 0 < terms.total_micros <= MAX_TOTAL_MICROS:
        rule = f"The total is above zero and at most {decimal_text(MAX_TOTAL_MICROS)} {terms.currency}."
        yield Problem("credit_portion_micros", rule)


def _problems_of_limits(terms: Terms) -> Iterator[Problem]:
    if not 0 <= terms.term_months <= MAX_TERM_MONTHS or terms.term_months % (terms.months_per_period or 1):
        return
    rows = terms.period_count
    if not rows and (terms.recurring_credit_micros or terms.recurring_service_micros):
        yield Problem("term_months", "Without a recurring period every amount is one-time.")
    for field, limit in (
        ("credit_period_limit", terms.credit_period_limit),
        ("service_period_limit", terms.service_period_limit),
    ):
        if limit is not None and not 1 <= limit <= rows:
            yield Problem(field, f"A limit is 1 to the number of periods, which is {rows}.")


def _spread(portion_micros: int, terms: Terms, limit: int | None) -> list[Micros]:
    """Split a portion over the first `limit` rows in smallest units, the largest remainders to the earliest."""
    rows = terms.period_count
    if not rows:
        return []
    carrying = rows if limit is None else limit
    shares = split(portion_micros // micros_per_minor_unit(terms.currency), [1] * carrying)
    return [from_minor_units(share, terms.currency) for share in shares] + [Micros(0)] * (rows - carrying)


def _one_time_rows(terms: Terms) -> list[Row]:
    if not terms.onetime_credit_micros + terms.onetime_service_micros:
        return []
    return [
        Row(
            due_date=terms.one_time_due_date,
            period_start=terms.one_time_due_date,
            period_end=terms.end_date,
            credit_micros=Micros(terms.onetime_credit_micros),
            service_micros=Micros(terms.onetime_service_micros),
            is_one_time=True,
        )
    ]
