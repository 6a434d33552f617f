"""State changes of contracts and installments, along the legal transitions and under the contract's lock."""

from collections.abc import Collection
from datetime import datetime

from apps.common.transitions import transition
from apps.contracts.errors import NotPayable, StateForbids
from apps.contracts.models import (
    CONTRACT_TRANSITIONS,
    INSTALLMENT_TRANSITIONS,
    OPEN_STATES,
    RUNNING,
    Contract,
    Installment,
)
from apps.contracts.services import collection
from apps.notices.services import notify

Status = Contract.Status


def refuse_unless(contract: Contract, allowed: Collection[Status]) -> None:
    """Raise StateForbids unless the contract is in one of these states."""
    if contract.status not in allowed:
        raise StateForbids(f"The contract is {contract.get_status_display().lower()}")


def keep(contract: Contract, *fields: str, now: datetime) -> None:
    """Save a locked contract's fields and increment its revision."""
    contract.revision += 1
    contract.updated_at = now
    contract.save(update_fields=[*fields, "revision", "updated_at"])


def move_contract(contract: Contract, to: Status, *, now: datetime) -> None:
    """Move a locked contract along a legal transition and record when it was offered, activated or ended.

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
    if to in (Status.EXPIRED, Status.CANCELLED):
        contract.ended_at = now
    keep(contract, "status", "offered_at", "activated_at", "ended_at", "end_reason", now=now)
    tell(contract, was=was, now=now)


def tell(contract: Contract, *, was: str, now: datetime) -> None:
    """Tell the customer that a saved contract has changed: its state, or if that is as it was, its terms.

    A draft that was never offered is not told of.
    """
    if contract.offered_at is None:
        return
    notify(
        organization_id=contract.organization_id,
        notice="contract.changed",
        key=f"{contract.pk}:{contract.revision}",
        data={"id": str(contract.pk), "version": contract.revision, "from": was, "to": contract.status},
        now=now,
    )


def move_installment(installment: Installment, to: Installment.State, *fields: str) -> None:
    """Move an installment of a locked contract along a legal transition and save it with `fields`.

    Raises:
        NotPayable: there is no such transition.
    """
    current = Installment.State(installment.state)
    if to != current:
        refusal = NotPayable(f"An installment cannot go from {current.label.lower()} to {to.label.lower()}")
        transition(installment, to, INSTALLMENT_TRANSITIONS, refusal)
    installment.save(update_fields=["state", *fields])


def follow_installments(contract: Contract, *, now: datetime) -> None:
    """Update a locked contract's state from its installments.

    The first paid installment activates it, unless another contract runs. An overdue installment makes it past due;
    with none left it is active again.
    """
    if contract.status == Status.PENDING_PAYMENT:
        _activate_if_paid(contract, now=now)
    if contract.status not in RUNNING:
        return
    overdue = contract.installments.filter(state__in=OPEN_STATES, overdue_at__isnull=False).exists()
    target = Status.PAST_DUE if overdue else Status.ACTIVE
    if target != contract.status:
        move_contract(contract, target, now=now)


def _activate_if_paid(contract: Contract, *, now: datetime) -> None:
    """Activate an offered contract with a paid installment, if the organization has no running contract."""
    paid = contract.installments.filter(state=Installment.State.PAID).exists()
    running = Contract.objects.filter(organization=contract.organization_id, status__in=RUNNING).exists()
    if paid and not running:
        move_contract(contract, Status.ACTIVE, now=now)


def end_contract(contract: Contract, to: Status, *, reason: str, now: datetime) -> None:
    """End a locked contract and its collection at Stripe, and activate a paid contract that waits for its end."""
    contract.end_reason = reason
    move_contract(contract, to, now=now)
    if contract.offered_at is not None:
        collection.request_end(contract, now=now)
    waiting = Contract.objects.filter(organization=contract.organization_id, status=Status.PENDING_PAYMENT)
    for following in waiting.order_by("start_date", "pk"):
        follow_installments(following, now=now)
