"""What becomes of an installment that is not settled: under way, failed, late, void, written off."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.conf import settings

from apps.common.transactions import serialized
from apps.contracts.errors import StateForbids
from apps.contracts.models import Contract, Installment
from apps.contracts.services.collection import request_arrangement
from apps.contracts.services.locks import lock_contract, lock_installment
from apps.contracts.services.transitions import follow_installments, keep, move_installment

State = Installment.State
LATE = (State.DUE, State.PARTIALLY_PAID)


@serialized
def mark_processing(*, installment_id: int, now: datetime) -> Installment:
    """Note that the payer has paid and the money is on its way; a settled or written-off installment stays as it is.

    Money that comes for a written-off one settles it all the same.

    Raises:
        InstallmentNotFound: there is none. NotPayable: it is void or replaced.
    """
    installment = lock_installment(installment_id)
    if not installment.is_settled and installment.state != State.WRITTEN_OFF:
        move_installment(installment, State.PROCESSING)
        keep(installment.contract, now=now)
    return installment


@serialized
def mark_payment_failed(*, installment_id: int, now: datetime) -> Installment:
    """Note that a payment under way will not come: what is left is to be paid again. Otherwise nothing changes.

    Raises:
        InstallmentNotFound: there is none.
    """
    installment = lock_installment(installment_id)
    if installment.state == State.PROCESSING:
        move_installment(installment, State.PARTIALLY_PAID if installment.paid_micros else State.DUE)
        keep(installment.contract, now=now)
    return installment


@serialized
def mark_installment_overdue(*, installment_id: int, now: datetime) -> Installment:
    """Note that an open installment was not paid in time, whatever the grace: its running contract is past due.

    Raises:
        InstallmentNotFound: there is none.
    """
    installment = lock_installment(installment_id)
    if installment.is_open and installment.overdue_at is None:
        _note_overdue(installment, now)
        keep(installment.contract, now=now)
        follow_installments(installment.contract, now=now)
    return installment


@serialized
def mark_overdue(*, contract_id: UUID, now: datetime) -> int:
    """Note which of a contract's installments are unpaid past their due date and the grace; return how many are new.

    An installment can be paid in time until the end of its due date in UTC, and CONTRACT_GRACE_DAYS more.
    """
    contract = lock_contract(contract_id)
    late = contract.installments.filter(state__in=LATE, overdue_at=None, due_date__lt=overdue_before(now))
    rows = list(late.order_by("pk"))
    if contract.status == Contract.Status.DRAFT or not rows:
        return 0
    for row in rows:
        _note_overdue(row, now)
    keep(contract, now=now)
    follow_installments(contract, now=now)
    return len(rows)


def overdue_before(now: datetime) -> date:
    """The first due date that is not overdue yet."""
    return (now.astimezone(UTC) - timedelta(days=settings.CONTRACT_GRACE_DAYS)).date()


@serialized
def void_installment(*, installment_id: int, now: datetime) -> Installment:
    """Withdraw an unpaid installment: it is no longer asked for. Money received in part stays to be given back.

    Raises:
        InstallmentNotFound: there is none. NotPayable: it is settled, or closed already.
    """
    return _close(installment_id, State.VOID, now)


@serialized
def write_off_installment(*, installment_id: int, now: datetime) -> Installment:
    """Give an unpaid installment up. Nothing was booked for it, so nothing is; money that comes after all settles it.

    Raises:
        InstallmentNotFound: there is none. NotPayable: it is settled, or closed already.
    """
    return _close(installment_id, State.WRITTEN_OFF, now)


def _close(installment_id: int, to: State, now: datetime) -> Installment:
    installment = lock_installment(installment_id)
    if installment.state == to:
        return installment
    if installment.contract.status == Contract.Status.DRAFT:
        raise StateForbids("A draft is edited instead")
    move_installment(installment, to)
    keep(installment.contract, now=now)
    follow_installments(installment.contract, now=now)
    request_arrangement(installment.contract, now=now)
    return installment


def _note_overdue(installment: Installment, now: datetime) -> None:
    installment.overdue_at = now
    installment.save(update_fields=["overdue_at"])
