"""Turn terms into installments: due dates, periods, and the credit and service of each.

Plain Python. Amounts are micros, split in the smallest payable step; leftover steps go to the earliest installments.
Periods start on the anchor's day of the month, clamped to short months, without gap or overlap.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from apps.common.money import Micros, payable_step, split
from apps.common.periods import add_months
from apps.contracts.discount_shares import discount_shares
from apps.contracts.errors import ImpossibleTerms
from apps.contracts.terms import ScheduledTerms, find_problems

NOTHING = Micros(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One installment: due on a date, for a half-open period, split into credit and service, less a discount."""

    due_date: date
    period_start: date
    period_end: date
    credit_micros: Micros
    service_micros: Micros
    is_one_time: bool = False
    discount_micros: Micros = NOTHING

    @property
    def payable_micros(self) -> Micros:
        """The amount that the customer pays."""
        return Micros(self.amount_micros - self.discount_micros)

    @property
    def amount_micros(self) -> Micros:
        return Micros(self.credit_micros + self.service_micros)

    @property
    def period(self) -> str:
        return f"{self.period_start:%Y-%m-%d}/{self.period_end:%Y-%m-%d}"


def build_schedule(terms: ScheduledTerms) -> list[Row]:
    """Return the installments: the one-time row first, if any, then one row per period.

    A period without an amount still gets a row, so that the periods cover the whole term.

    Raises:
        ImpossibleTerms: names the first invalid term; `problems` in its context lists all of them.
    """
    refuse_impossible(terms)
    rows = _custom_rows(terms) if terms.custom_lines else _regular_rows(terms)
    shares = discount_shares(terms, [(row.period_start, row.amount_micros) for row in rows])
    return [replace(row, discount_micros=share) for row, share in zip(rows, shares, strict=True)]


def _regular_rows(terms: ScheduledTerms) -> list[Row]:
    credits_micros = _spread(terms.recurring_credit_micros, terms, terms.credit_period_limit)
    services_micros = _spread(terms.recurring_service_micros, terms, terms.service_period_limit)
    starts = [
        add_months(terms.anchor_date, terms.first_month + number * terms.months_per_period)
        for number in range(terms.period_count + 1)
    ]
    recurring = [
        Row(
            due_date=starts[number] + timedelta(days=terms.payment_terms_days),
            period_start=starts[number],
            period_end=starts[number + 1],
            credit_micros=credits_micros[number],
            service_micros=services_micros[number],
        )
        for number in range(terms.period_count)
    ]
    return _one_time_rows(terms) + recurring


def refuse_impossible(terms: ScheduledTerms) -> None:
    """Raise ImpossibleTerms for the first invalid term; `problems` in its context lists all of them."""
    problems = list(find_problems(terms))
    if problems:
        raise ImpossibleTerms(problems[0].rule, field=problems[0].field, problems=problems)


def months_to(anchor: date, boundary: date) -> int:
    """Return the number of months from the anchor to a period that begins on `boundary`."""
    return (boundary.year - anchor.year) * 12 + boundary.month - anchor.month


def _spread(portion_micros: int, terms: ScheduledTerms, limit: int | None) -> list[Micros]:
    """Split a portion over the first `limit` rows in payable steps; leftover steps go to the earliest rows."""
    rows = terms.period_count
    if not rows:
        return []
    carrying = rows if limit is None else limit
    step = payable_step(terms.currency)
    shares = split(portion_micros // step, [1] * carrying)
    return [Micros(share * step) for share in shares] + [Micros(0)] * (rows - carrying)


def _custom_rows(terms: ScheduledTerms) -> list[Row]:
    """Return one installment for each day of the lines; its period runs to the next day, or to the term's end."""
    days = sorted({line.due_date for line in terms.custom_lines})
    return [
        Row(
            due_date=day,
            period_start=start,
            period_end=end,
            credit_micros=Micros(sum(line.credit_micros for line in terms.custom_lines if line.due_date == day)),
            service_micros=Micros(sum(line.service_micros for line in terms.custom_lines if line.due_date == day)),
        )
        for day, start, end in zip(days, [terms.start_date, *days[1:]], [*days[1:], terms.end_date], strict=True)
    ]


def _one_time_rows(terms: ScheduledTerms) -> list[Row]:
    if not terms.onetime_credit_micros + terms.onetime_service_micros:
        return []
    return [
        Row(
            due_date=terms.one_time_due_date + timedelta(days=terms.payment_terms_days),
            period_start=terms.one_time_due_date,
            period_end=terms.end_date,
            credit_micros=Micros(terms.onetime_credit_micros),
            service_micros=Micros(terms.onetime_service_micros),
            is_one_time=True,
        )
    ]
