"""What a cancellation at a date changes on each installment: the part, by days, that is no longer due or is refunded.
Pure.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from apps.common.money import Micros, money_text, payable_step, split
from apps.contracts.errors import NotPayable
from apps.contracts.models import Installment

State = Installment.State


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationTerms:
    """The day from which a contract is canceled, and whether one-time amounts are divided by days too."""

    day: date
    divides_one_time: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RemainingAmounts:
    """What remains of an open installment, in micros; `agreed_micros` is the part of the discount that the contract's
    terms agree on.
    """

    credit_micros: int
    service_micros: int
    agreed_micros: int
    discount_micros: int

    @property
    def payable_micros(self) -> int:
        return self.credit_micros + self.service_micros - self.discount_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallmentCut:
    """What a cancellation does to an installment: the part no longer due if it is open, the part refunded if it is
    paid.
    """

    row: Installment
    kept: RemainingAmounts | None = None
    not_due_micros: int = 0
    back_micros: int = 0


def share_after(amount_micros: int, start: date, end: date, day: date, step: int) -> Micros:
    """Return the part of a period's amount for its days from `day` on, in payable steps."""
    if day >= end:
        return Micros(0)
    if day <= start:
        return Micros(amount_micros)
    _, after = split(amount_micros // step, [(day - start).days, (end - day).days])
    return Micros(after * step)


def cuts_of(rows: Iterable[Installment], terms: CancellationTerms, currency: str) -> Iterator[InstallmentCut]:
    """Yield what a cancellation changes on a contract's installments, read under the contract's lock.

    Raises:
        NotPayable: a payment of a divided installment is in progress, or more is paid than the covered days cost.
    """
    for row in rows:
        is_whole = row.is_one_time and row.period_start < terms.day and not terms.divides_one_time
        if row.period_end <= terms.day or is_whole:
            continue
        if row.state == State.PAID:
            part = share_after(row.paid_micros, row.period_start, row.period_end, terms.day, payable_step(currency))
            if back := min(part, row.paid_micros - row.refunded_micros):
                yield InstallmentCut(row=row, back_micros=back)
        elif row.is_open:
            yield _open_cut(row, terms.day, currency)


def _open_cut(row: Installment, day: date, currency: str) -> InstallmentCut:
    kept = _kept(row, day, payable_step(currency))
    if row.period_start < day:
        _refuse_payments(row, kept, currency)
    return InstallmentCut(
        row=row, kept=kept, not_due_micros=row.remaining_micros - max(0, kept.payable_micros - row.paid_micros)
    )


def _kept(row: Installment, day: date, step: int) -> RemainingAmounts:
    """Return what remains of an open installment; a discount always leaves something to pay, and its excess lapses."""

    def before(micros: int) -> int:
        return micros - share_after(micros, row.period_start, row.period_end, day, step)

    steps = before(row.amount_micros) // step
    credit, service = (part * step for part in split(steps, [row.credit_micros, row.service_micros]))
    most = max(0, credit + service - step)
    agreed = min(before(row.agreed_discount_micros), most)
    given = min(row.discount_micros - row.agreed_discount_micros, most - agreed)
    return RemainingAmounts(
        credit_micros=credit, service_micros=service, agreed_micros=agreed, discount_micros=agreed + given
    )


def _refuse_payments(row: Installment, kept: RemainingAmounts, currency: str) -> None:
    if row.state == State.PROCESSING:
        raise NotPayable(f"A payment of the {str(row).lower()} is in progress; wait until it succeeds or fails.")
    if row.paid_micros > kept.payable_micros:
        over = money_text(row.paid_micros - kept.payable_micros, currency)
        raise NotPayable(
            f"More is paid on the {str(row).lower()} than its covered days cost: refund {over} of it first."
        )
