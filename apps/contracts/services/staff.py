"""What staff do by hand with money on an instalment; above the limit it waits for a second person.

The limit counts what one person has moved alone for a customer within a day, so that it is not passed in slices.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import User

from apps.approvals.models import Approval
from apps.approvals.services import is_over_limit, lock_approval, request_approval, use_approval
from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.contracts.errors import ChangedMeanwhile
from apps.contracts.models import Installment, InstallmentPayment, InstallmentRefund
from apps.contracts.services.closing import write_off_instalment
from apps.contracts.services.locks import lock_installment
from apps.contracts.services.refunding import refund_instalment
from apps.contracts.services.settling import settle_instalment
from apps.wallets.accounts import Role

SLICES_WITHIN = timedelta(hours=24)


class MoveKind(StrEnum):
    """What staff can do; the value is the approval's kind."""

    BANK_TRANSFER = "contracts.record_bank_transfer"
    GIVE_BACK = "contracts.give_back"
    WRITE_OFF = "contracts.write_off"


TITLES = {
    MoveKind.BANK_TRANSFER: "Settle an instalment by bank transfer",
    MoveKind.GIVE_BACK: "Give back money of an instalment",
    MoveKind.WRITE_OFF: "Write an instalment off",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One thing done with money on an instalment by hand, once per key. `reference` is a bank transfer's.

    A write-off's amount is what was left to pay when the person decided.
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
        ChangedMeanwhile: another amount is left to write off.
        BillingError: what settling, refunding or writing off raises.
    """
    installment = lock_installment(move.installment_id)
    if not _is_repeat(move) and _needs_second_person(move, installment, by, now):
        return request_approval(
            kind=move.kind,
            subject=move.subject,
            arguments=move.arguments,
            amount_micros=move.amount,
            currency=installment.contract.organization.currency,
            reason=move.reason,
            requested_by=by,
            now=now,
        )
    DOERS[move.kind](move, installment, f"staff:{by.get_username()}", now)
    return None


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
    installment = lock_installment(move.installment_id)
    DOERS[move.kind](move, installment, f"staff:{approval.requested_by.get_username()}", now)


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
    if installment.is_open and installment.remaining_micros != move.amount:
        raise ChangedMeanwhile
    write_off_instalment(installment_id=move.installment_id, now=now)


DOERS: dict[MoveKind, Callable[[Move, Installment, str, datetime], None]] = {
    MoveKind.BANK_TRANSFER: _receive,
    MoveKind.GIVE_BACK: _give_back,
    MoveKind.WRITE_OFF: _write_off,
}


def _is_repeat(move: Move) -> bool:
    return (
        InstallmentPayment.objects.filter(key=move.key).exists()
        or InstallmentRefund.objects.filter(key=move.key).exists()
    )


def _needs_second_person(move: Move, installment: Installment, by: User, now: datetime) -> bool:
    return is_over_limit(move.amount + _moved_alone(installment, by, now), installment.contract.organization.currency)


def _moved_alone(installment: Installment, by: User, now: datetime) -> int:
    """Return what this person has moved for this customer within a day without a second one, in micros."""
    mine = {
        "installment__contract__organization": installment.contract.organization_id,
        "created_by": f"staff:{by.get_username()}",
    }
    since = now - SLICES_WITHIN
    payments = InstallmentPayment.objects.filter(**mine, received_at__gt=since)
    refunds = InstallmentRefund.objects.filter(**mine, created_at__gt=since)
    amounts = [*payments.values_list("amount_micros", flat=True), *refunds.values_list("amount_micros", flat=True)]
    return sum(amount for amount in amounts if not is_over_limit(amount, installment.contract.organization.currency))
