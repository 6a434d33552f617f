"""Change the state of an unsettled installment: processing, overdue, void, written off, payable again."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.conf import settings

from apps.common.transactions import serialized
from apps.contracts.errors import StateForbids
from apps.contracts.models import Contract, Installment
from apps.contracts.services.collection_requests import request_arrangement
from apps.contracts.services.locks import lock_contract, lock_installment
from apps.contracts.services.transitions import (
    follow_installments,
    keep,
    move_installment,
)

State = Installment.State
LATE = (State.DUE, State.PARTIALLY_PAID)


@serialized
def mark_processing(*, installment_id: int, now: datetime) -> Installment:
    """Mark an installment as having a payment in progress; a settled or written-off one does not change.

    Raises:
        InstallmentNotFound: there is none. NotPayable: it is void or replaced by an amendment.
    """
    installment = lock_installment(installment_id)
    if not installment.is_settled and installment.state != State.WRITTEN_OFF:
        move_installment(installment, State.PROCESSING)
        keep(installment.contract, now=now)
    return installment


@serialized
def mark_payment_failed(*, installment_id: int, now: datetime) -> Installment:
    """Make an installment payable again after its payment in progress failed; other states do not change.

    Raises:
        InstallmentNotFound: there is none.
    """
    installment = lock_installment(installment_id)
    if installment.state == State.PROCESSING:
        _ask_again(installment)
        keep(installment.contract, now=now)
    return installment


@serialized
def mark_installment_overdue(*, installment_id: int, now: datetime) -> Installment:
    """Mark an open installment overdue without a grace period, and its running contract past due.

    An installment on an invoice of ours is not overdue before the invoice is.

    Raises:
        InstallmentNotFound: there is none.
    """
    installment = lock_installment(installment_id)
    is_early = installment.is_invoiced and installment.pay_by >= now.astimezone(UTC).date()
    if installment.is_open and installment.overdue_at is None and not is_early:
        _note_overdue(installment, now)
        keep(installment.contract, now=now)
        follow_installments(installment.contract, now=now)
    return installment


@serialized
def set_last_day_to_pay(*, installment_id: int, day: date, now: datetime) -> Installment:
    """Set the last day to pay an installment to that of its invoice; until that day has passed, it is not overdue.

    Raises:
        InstallmentNotFound: there is none.
    """
    installment = lock_installment(installment_id)
    installment.pay_by = day
    was_overdue = installment.overdue_at is not None and day >= now.astimezone(UTC).date()
    if was_overdue:
        installment.overdue_at = None
    installment.save(update_fields=["pay_by", "overdue_at"])
    if was_overdue:
        keep(installment.contract, now=now)
        follow_installments(installment.contract, now=now)
    return installment


@serialized
def mark_overdue(*, contract_id: UUID, now: datetime) -> int:
    """Mark a contract's late installments overdue; return how many were newly marked.

    An installment is late CONTRACT_GRACE_DAYS after the end of the last day to pay it (UTC).
    """
    contract = lock_contract(contract_id)
    late = contract.installments.filter(state__in=LATE, overdue_at=None, pay_by__lt=overdue_before(now))
    rows = list(late.order_by("pk"))
    if contract.status == Contract.Status.DRAFT or not rows:
        return 0
    for row in rows:
        _note_overdue(row, now)
    keep(contract, now=now)
    follow_installments(contract, now=now)
    return len(rows)


def overdue_before(now: datetime) -> date:
    """Return the earliest due date that is not overdue yet."""
    return (now.astimezone(UTC) - timedelta(days=settings.CONTRACT_GRACE_DAYS)).date()


@serialized
def void_installment(*, installment_id: int, now: datetime) -> Installment:
    """Withdraw an unpaid installment, which is then no longer collected. A partial payment stays until it is refunded.

    Raises:
        InstallmentNotFound: there is none. NotPayable: it is settled or closed. StateForbids: the contract is a draft.
    """
    return _close(installment_id, State.VOID, now)


@serialized
def write_off_installment(*, installment_id: int, now: datetime) -> Installment:
    """Write off an unpaid installment.

    Nothing is posted, because nothing was booked yet; a late payment still settles it.

    Raises:
        InstallmentNotFound: there is none. NotPayable: it is settled or closed. StateForbids: the contract is a draft.
    """
    return _close(installment_id, State.WRITTEN_OFF, now)


@serialized
def reopen_installment(*, installment_id: int, now: datetime) -> Installment:
    """Make a written-off installment payable again; other states do not change.

    Raises:
        InstallmentNotFound: there is none.
    """
    installment = lock_installment(installment_id)
    if installment.state == State.WRITTEN_OFF:
        _ask_again(installment)
        keep(installment.contract, now=now)
        follow_installments(installment.contract, now=now)
        request_arrangement(installment.contract, now=now)
    return installment


def _close(installment_id: int, to: State, now: datetime) -> Installment:
    installment = lock_installment(installment_id)
    if installment.state == to:
        return installment
    if installment.contract.status == Contract.Status.DRAFT:
        raise StateForbids("The contract is a draft; edit it instead")
    move_installment(installment, to)
    keep(installment.contract, now=now)
    follow_installments(installment.contract, now=now)
    request_arrangement(installment.contract, now=now)
    return installment


def _ask_again(installment: Installment) -> None:
    """Make a locked installment payable again; it is partly paid if it has payments."""
    move_installment(installment, State.PARTIALLY_PAID if installment.paid_micros else State.DUE)


def _note_overdue(installment: Installment, now: datetime) -> None:
    installment.overdue_at = now
    installment.save(update_fields=["overdue_at"])
