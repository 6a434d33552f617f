"""A readable preview of a schedule before it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from apps.common.admin import day_text, money_text
from apps.contracts.models import Installment
from apps.contracts.schedule import Row, build_schedule
from apps.contracts.terms import ScheduledTerms


@dataclass(frozen=True, slots=True)
class Line:
    """One installment in a preview; `mark` is "kept", "replaced", or "new"."""

    mark: str
    due_date: date
    due: str
    period: str
    credit: str
    service: str
    discount: str
    payable: str
    note: str


@dataclass(frozen=True, slots=True)
class SchedulePreview:
    """The lines and their totals; replaced lines are not counted."""

    lines: Sequence[Line]
    credit: str
    service: str
    total: str
    discount: str
    payable: str
    end_day: str
    summary: str
    renewal: str


def preview(
    terms: ScheduledTerms,
    kept: Sequence[Installment] = (),
    replaced: Sequence[Installment] = (),
    renewal: ScheduledTerms | None = None,
) -> SchedulePreview:
    """Build the preview of `terms`, with the installments that an amendment keeps and replaces, and the next term.

    Raises:
        ImpossibleTerms: the terms do not form a schedule.
    """
    rows, currency = build_schedule(terms), terms.currency
    lines = [_line(row, "kept", currency, row.get_state_display()) for row in kept]
    lines += [_line(row, "replaced", currency, "Replaced") for row in replaced]
    lines += [_line(row, "new", currency, _note(row)) for row in rows]
    counted: list[Row | Installment] = [*kept, *rows]
    return SchedulePreview(
        lines=sorted(lines, key=lambda line: (line.due_date, line.mark != "replaced")),
        credit=money_text(sum(row.credit_micros for row in counted), currency),
        service=money_text(sum(row.service_micros for row in counted), currency),
        total=money_text(sum(row.amount_micros for row in counted), currency),
        discount=_less(sum(row.discount_micros for row in counted), currency),
        payable=money_text(sum(row.payable_micros for row in counted), currency),
        end_day=day_text(terms.end_date),
        summary=_summary(rows, currency),
        renewal=f"{renewal.term_months} months: {_summary(build_schedule(renewal), currency)}" if renewal else "",
    )


def _line(row: Row | Installment, mark: str, currency: str, note: str) -> Line:
    return Line(
        mark=mark,
        due_date=row.due_date,
        due=day_text(row.due_date),
        period=f"{day_text(row.period_start)} to {day_text(row.period_end)}",
        credit=money_text(row.credit_micros, currency),
        service=money_text(row.service_micros, currency),
        discount=_less(row.discount_micros, currency),
        payable=money_text(row.payable_micros, currency),
        note=note,
    )


def _less(micros: int, currency: str) -> str:
    """Return a discount as text, as a negative amount; empty if there is none."""
    return money_text(-micros, currency) if micros else ""


def _note(row: Row) -> str:
    if row.is_one_time:
        return "One-time"
    return "" if row.amount_micros else "Nothing to pay"


def _summary(rows: Sequence[Row], currency: str) -> str:
    """Summarize the payments in words: "1 of 350.00 USD, then 12 of 100.00 USD"."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row.payable_micros:
            runs[-1] = (runs[-1][0] + 1, row.payable_micros)
        elif row.payable_micros:
            runs.append((1, row.payable_micros))
    return ", then ".join(f"{count} of {money_text(amount, currency)}" for count, amount in runs)
