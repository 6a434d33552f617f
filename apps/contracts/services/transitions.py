"""State changes of contracts and installments, along the legal transitions and under the contract's lock."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model

from apps.common.transitions import transition
from apps.contracts.errors import NotPayable, StateForbids
from apps.contracts.models import (
    CONTRACT_TRANSITIONS,
    INSTALLMENT_TRANSITIONS,
    RUNNING,
    Contract,
    Installment,
)
from apps.contracts.services.collection_requests import request_end
from apps.contracts.services.locks import ContractRows
from apps.contracts.services.prices import take_back_prices
from apps.notices.services import notice_message
from apps.outbox.services import add_messages
from apps.wallets.services.movements import PendingWrites

Status = Contract.Status


def refuse_unless(contract: Contract, allowed: Collection[Status]) -> None:
    """Raise StateForbids unless the contract is in one of these states."""
    if contract.status not in allowed:
        raise StateForbids(f"The contract is {contract.get_status_display().lower()}")


def refuse_if_canceled(contract: Contract) -> None:
    """Raise StateForbids if the contract was canceled at a date."""
    if contract.canceled_from is not None:
        raise StateForbids(f"The contract is canceled from {contract.canceled_from}")


def save(row: Model, *fields: str, writes: PendingWrites | None) -> None:
    """Save a locked row's fields, at once or with `writes`."""
    if writes is None:
        row.save(update_fields=fields)
    else:
        writes.changes.save(row, *fields)


def keep(contract: Contract, *fields: str, now: datetime, writes: PendingWrites | None = None) -> None:
    """Save a locked contract's fields and increment its revision, at once or with `writes`."""
    contract.revision += 1
    contract.updated_at = now
    save(contract, *fields, "revision", "updated_at", writes=writes)


def move_contract(contract: Contract, to: Status, *, now: datetime, writes: PendingWrites | None = None) -> None:
    """Move a locked contract along a legal transition and record when it was offered, activated or ended.

    It is saved, and the customer is notified, at once or with `writes`.

    Raises:
        StateForbids: there is no such transition.
    """
    refusal = StateForbids(f"A contract cannot go from {contract.get_status_display().lower()} to {to.label.lower()}")
    was = contract.status
    transition(contract, to, CONTRACT_TRANSITIONS, refusal, field="status")
    if to == Status.PENDING_PAYMENT:
        contract.offered_at = now
    if to == Status.ACTIVE and contract.activated_at is None:
        contract.activated_at = now
    if to in (Status.EXPIRED, Status.CANCELED):
        contract.ended_at = now
    keep(contract, "status", "offered_at", "activated_at", "ended_at", "end_reason", now=now, writes=writes)
    notify_change(contract, was=was, now=now, writes=writes)


def notify_change(contract: Contract, *, was: str, now: datetime, writes: PendingWrites | None = None) -> None:
    """Notify the customer that a saved contract has changed: its state, or if that is unchanged, its terms.

    A draft that was never offered sends no notice.
    """
    if contract.offered_at is None:
        return
    told = notice_message(
        organization_id=contract.organization_id,
        notice="contract.changed",
        key=f"{contract.pk}:{contract.revision}",
        data={"id": str(contract.pk), "version": contract.revision, "from": was, "to": contract.status},
        now=now,
    )
    send(told, writes=writes)


def send(message: Mapping[str, Any], *, writes: PendingWrites | None) -> None:
    """Add a message to the outbox, at once or with `writes`."""
    if writes is None:
        add_messages([message])
    else:
        writes.send(message)


def move_installment(
    installment: Installment, to: Installment.State, *fields: str, writes: PendingWrites | None = None
) -> None:
    """Move an installment of a locked contract along a legal transition and save it, at once or with `writes`.

    Raises:
        NotPayable: there is no such transition.
    """
    current = Installment.State(installment.state)
    if to != current:
        refusal = NotPayable(f"An installment cannot go from {current.label.lower()} to {to.label.lower()}")
        transition(installment, to, INSTALLMENT_TRANSITIONS, refusal)
    save(installment, "state", *fields, writes=writes)


def follow_installments(contract: Contract, *, now: datetime, rows: ContractRows | None = None) -> None:
    """Update a locked contract's state from its installments: those in `rows`, or else the stored ones.

    The first paid installment activates it, unless another contract runs. An overdue installment makes it past due;
    without one it is active again.
    """
    if contract.status not in (Status.PENDING_PAYMENT, *RUNNING):
        return
    writes = None if rows is None else rows.writes
    installments = list(contract.installments.all()) if rows is None else rows.of(contract)
    is_paid = any(each.state == Installment.State.PAID for each in installments)
    if contract.status == Status.PENDING_PAYMENT and is_paid and not _runs_one(contract, rows):
        move_contract(contract, Status.ACTIVE, now=now, writes=writes)
    if contract.status not in RUNNING:
        return
    is_overdue = any(each.is_open and each.overdue_at is not None for each in installments)
    target = Status.PAST_DUE if is_overdue else Status.ACTIVE
    if target != contract.status:
        move_contract(contract, target, now=now, writes=writes)


def _runs_one(contract: Contract, rows: ContractRows | None) -> bool:
    """Whether the contract's organization has a running contract."""
    if rows is not None:
        return any(each.status in RUNNING for each in rows.contracts.values())
    running: bool = Contract.objects.filter(organization=contract.organization_id, status__in=RUNNING).exists()
    return running


def end_contract(contract: Contract, to: Status, *, reason: str, now: datetime) -> None:
    """End a locked contract, its prices and its collection at Stripe; activate a paid one that waits for its end."""
    contract.end_reason = reason
    move_contract(contract, to, now=now)
    take_back_prices(contract, now=now)
    if contract.offered_at is not None:
        request_end(contract, now=now)
    waiting = Contract.objects.filter(organization=contract.organization_id, status=Status.PENDING_PAYMENT)
    for following in waiting.order_by("start_date", "pk"):
        follow_installments(following, now=now)
