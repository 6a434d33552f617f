"""What a cancellation at a date changes on each installment: the part that is no longer due or is refunded. Pure.

Service is divided by days, down to the payable step. Credit stays, or its unspent part is taken back, at most its share
of the days that are no longer covered. An installment that begins on the day or later goes back as a whole.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from apps.common.money import Micros, money_text, payable_step
from apps.contracts.errors import NotPayable
from apps.contracts.models import Installment
from apps.contracts.portions import Portions

State = Installment.State
NOTHING = Portions(Micros(0), Micros(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationTerms:
    """The day from which a contract is canceled, whether one-time amounts are divided by days too, and whether the
    unspent credit of the later days is taken back.
    """

    day: date
    divides_one_time: bool = False
    takes_credit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidAmounts:
    """What money paid of each portion of a settled installment, what is left of it after refunds, and what is unspent
    of its credit, in micros.
    """

    paid: Portions
    left: Portions
    unspent_micros: int


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
    """What a cancellation does to an installment, in micros: the part no longer due if it is open, the parts of credit
    and service that are refunded if it is paid.
    """

    row: Installment
    kept: RemainingAmounts | None = None
    not_due_micros: int = 0
    back: Portions = NOTHING


def share_after(amount_micros: int, start: date, end: date, day: date, step: int) -> Micros:
    """Return the part of a period's amount for its days from `day` on, rounded down to payable steps."""
    if day >= end:
        return Micros(0)
    if day <= start:
        return Micros(amount_micros)
    return Micros(amount_micros * (end - day).days // (end - start).days // step * step)


def cuts_of(
    rows: Iterable[Installment],
    terms: CancellationTerms,
    currency: str,
    paid_amounts: Callable[[Installment], PaidAmounts],
) -> Iterator[InstallmentCut]:
    """Yield what a cancellation changes on a contract's installments, read under the contract's lock.

    Raises:
        NotPayable: a payment of a divided installment is in progress, or more is paid than what remains costs.
    """
    step = payable_step(currency)
    for row in rows:
        is_whole = row.is_one_time and row.period_start < terms.day and not terms.divides_one_time
        if row.period_end <= terms.day or is_whole:
            continue
        if row.state == State.PAID:
            back = _back(row, terms, paid_amounts(row), step)
            if back.total_micros:
                yield InstallmentCut(row=row, back=back)
        elif row.is_open:
            yield _open_cut(row, terms, currency)


def _takes_credit(row: Installment, terms: CancellationTerms) -> bool:
    return terms.takes_credit or row.period_start >= terms.day


def _back(row: Installment, terms: CancellationTerms, amounts: PaidAmounts, step: int) -> Portions:
    """Return the money that goes back of a paid installment; the discount on it is not money."""
    credit, paid, left = 0, amounts.paid, amounts.left
    if row.credit_micros and _takes_credit(row, terms):
        unspent = amounts.unspent_micros * paid.credit_micros // row.credit_micros // step * step
        credit = min(unspent, _share_left(row, paid.credit_micros, left.credit_micros, terms.day, step))
    service = _share_left(row, paid.service_micros, left.service_micros, terms.day, step)
    return Portions(Micros(credit), Micros(service))


def _share_left(row: Installment, paid: int, left: int, day: date, step: int) -> int:
    """Return the share of the days from `day` on in what was paid, less what an earlier cancellation has returned."""
    before, start, end = row.contract.canceled_from, row.period_start, row.period_end
    returned = min(paid - left, share_after(paid, start, end, before, step)) if before else 0
    return min(share_after(paid, start, end, day, step) - returned, left)


def _open_cut(row: Installment, terms: CancellationTerms, currency: str) -> InstallmentCut:
    kept = _kept(row, terms, payable_step(currency))
    if row.period_start < terms.day:
        _refuse_payments(row, kept, currency)
    return InstallmentCut(
        row=row, kept=kept, not_due_micros=row.remaining_micros - max(0, kept.payable_micros - row.paid_micros)
    )


def _kept(row: Installment, terms: CancellationTerms, step: int) -> RemainingAmounts:
    """Return what remains of an open installment; a discount always leaves something to pay, and its excess lapses."""

    def before(micros: int) -> int:
        return micros - share_after(micros, row.period_start, row.period_end, terms.day, step)

    credit = before(row.credit_micros) if _takes_credit(row, terms) else row.credit_micros
    service = before(row.service_micros)
    most = max(0, credit + service - step)
    lowered = row.agreed_discount_micros * (row.amount_micros - credit - service) // row.amount_micros // step * step
    agreed = min(row.agreed_discount_micros - lowered, most)
    given = min(row.discount_micros - row.agreed_discount_micros, most - agreed)
    return RemainingAmounts(
        credit_micros=credit, service_micros=service, agreed_micros=agreed, discount_micros=agreed + given
    )


def _refuse_payments(row: Installment, kept: RemainingAmounts, currency: str) -> None:
    if row.state == State.PROCESSING:
        raise NotPayable(f"A payment of the {str(row).lower()} is in progress; wait until it succeeds or fails.")
    if row.paid_micros > kept.payable_micros:
        over = money_text(row.paid_micros - kept.payable_micros, currency)
        raise NotPayable(f"More is paid on the {str(row).lower()} than what remains of it: refund {over} of it first.")
