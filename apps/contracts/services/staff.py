"""What staff do by hand with money on an instalment; above what one may move alone it waits for a second person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import User

from apps.approvals.alone import Wanted, do_or_ask
from apps.approvals.models import Approval
from apps.approvals.services import lock_approval, use_approval
from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.contracts.errors import ChangedMeanwhile, InstallmentNotFound
from apps.contracts.models import Installment
from apps.contracts.services.closing import void_instalment, write_off_instalment
from apps.contracts.services.locks import lock_installment
from apps.contracts.services.refunding import refund_instalment
from apps.contracts.services.settling import settle_instalment
from apps.wallets.accounts import Role


class MoveKind(StrEnum):
    """What staff can do; the value is the approval's kind."""

    BANK_TRANSFER = "contracts.record_bank_transfer"
    GIVE_BACK = "contracts.give_back"
    WRITE_OFF = "contracts.write_off"
    VOID = "contracts.void"


TITLES = {
    MoveKind.BANK_TRANSFER: "Settle an instalment by bank transfer",
    MoveKind.GIVE_BACK: "Give back money of an instalment",
    MoveKind.WRITE_OFF: "Write an instalment off",
    MoveKind.VOID: "Void an instalment",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One thing done with money on an instalment by hand, once per key. `reference` is a bank transfer's.

    The amount of a write-off or a void is what was left to pay when the person decided.
    """

    kind: MoveKind
    installment_id: int
    amount: Micros
    reason: str
    key: str
    reference: str = ""

    @property
    def subject(self) -> str:
        """The instalment, as approvals name it."""
        return f"installment:{self.installment_id}"

    @property
    def arguments(self) -> dict[str, Any]:
        """What a second person agrees to."""
        return {"amount_micros": int(self.amount), "reference": self.reference, "key": self.key}


@serialized
def submit_move(*, move: Move, by: User, now: datetime) -> Approval | None:
    """Do it, or ask for a second person where it is above what one may move alone; return the request that waits.

    Raises:
        ChangedMeanwhile: another amount is left to write off or to void.
        BillingError: what settling, refunding, writing off or voiding raises.
    """
    return do_or_ask(wanted=_wanted(move), do=lambda: _do(move, by, now), reason=move.reason, by=by, now=now)


@serialized
def carry_out_move(*, approval_id: int, now: datetime) -> None:
    """Do what a second person has agreed to, once, in the name of who asked.

    Raises:
        ApprovalRequired and its kin: it is not agreed to, or was used, or has expired.
        BillingError: what doing it raises; the approval then stays as it was.
    """
    approval = lock_approval(approval_id)
    move = move_of(approval)
    use_approval(approval_id=approval_id, kind=move.kind, subject=move.subject, arguments=move.arguments, now=now)
    _do(move, approval.requested_by, now)


def _do(move: Move, by: User, now: datetime) -> None:
    installment = lock_installment(move.installment_id)
    DOERS[move.kind](move, installment, f"staff:{by.get_username()}", now)


def move_of(approval: Approval) -> Move:
    """Return the move that an approval was asked for."""
    return Move(
        kind=MoveKind(approval.kind),
        installment_id=int(approval.subject.removeprefix("installment:")),
        amount=Micros(approval.arguments["amount_micros"]),
        reason=approval.reason,
        key=approval.arguments["key"],
        reference=approval.arguments["reference"],
    )


def _receive(move: Move, _: Installment, by: str, now: datetime) -> None:
    settle_instalment(
        installment_id=move.installment_id,
        amount=move.amount,
        key=move.key,
        received_in=Role.MANUAL_RECEIPTS,
        reference=move.reference,
        created_by=by,
        now=now,
    )


def _give_back(move: Move, _: Installment, by: str, now: datetime) -> None:
    refund_instalment(
        installment_id=move.installment_id,
        amount=move.amount,
        key=move.key,
        reason=move.reason,
        created_by=by,
        now=now,
        paid_to=Role.MANUAL_RECEIPTS,
    )


def _write_off(move: Move, installment: Installment, by: str, now: datetime) -> None:
    _refuse_another_rest(move, installment)
    write_off_instalment(installment_id=move.installment_id, now=now)


def _void(move: Move, installment: Installment, by: str, now: datetime) -> None:
    _refuse_another_rest(move, installment)
    void_instalment(installment_id=move.installment_id, now=now)


def _refuse_another_rest(move: Move, installment: Installment) -> None:
    if installment.is_open and installment.remaining_micros != move.amount:
        raise ChangedMeanwhile


DOERS: dict[MoveKind, Callable[[Move, Installment, str, datetime], None]] = {
    MoveKind.BANK_TRANSFER: _receive,
    MoveKind.GIVE_BACK: _give_back,
    MoveKind.WRITE_OFF: _write_off,
    MoveKind.VOID: _void,
}


def _wanted(move: Move) -> Wanted:
    row = Installment.objects.select_related("contract__organization").filter(pk=move.installment_id).first()
    if row is None:
        raise InstallmentNotFound
    organization = row.contract.organization
    return Wanted(
        kind=move.kind,
        subject=move.subject,
        arguments=move.arguments,
        about=f"organization:{organization.pk}",
        amount_micros=move.amount,
        currency=organization.currency,
    )
