"""What staff do by hand with money on an instalment; above the limit it needs what a second person agreed to."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from apps.approvals.services import is_over_limit, use_approval
from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.contracts.models import Installment, InstallmentPayment
from apps.contracts.services.closing import write_off_instalment
from apps.contracts.services.locks import lock_installment
from apps.contracts.services.settling import settle_instalment
from apps.wallets.accounts import Role

BANK_TRANSFER = "contracts.record_bank_transfer"
WRITE_OFF = "contracts.write_off"


def approval_subject(installment_id: int) -> str:
    """Name an instalment as approvals do."""
    return f"installment:{installment_id}"


def bank_transfer_arguments(amount: Micros, reference: str) -> dict[str, Any]:
    """What is agreed to when a bank transfer is approved."""
    return {"amount_micros": int(amount), "reference": reference}


def write_off_arguments(remaining_micros: int) -> dict[str, Any]:
    """What is agreed to when a write-off is approved."""
    return {"remaining_micros": remaining_micros}


@serialized
def record_bank_transfer(
    *,
    installment_id: int,
    amount: Micros,
    reference: str,
    key: str,
    by: User,
    now: datetime,
    approval_id: int | None = None,
) -> InstallmentPayment:
    """Settle an instalment, or a part of it, with money that came by bank transfer, once per key.

    Raises:
        ApprovalRequired and its kin: the amount is above what one person may move alone.
        NotPayable, Overpaid, NotInSmallestUnits, IdempotencyMismatch: as `settle_instalment`.
    """
    lock_installment(installment_id)
    is_new = not InstallmentPayment.objects.filter(key=key).exists()
    if is_new and is_over_limit(amount):
        use_approval(
            approval_id=approval_id,
            kind=BANK_TRANSFER,
            subject=approval_subject(installment_id),
            arguments=bank_transfer_arguments(amount, reference),
            now=now,
        )
    return settle_instalment(
        installment_id=installment_id,
        amount=amount,
        key=key,
        received_in=Role.MANUAL_RECEIPTS,
        reference=reference,
        created_by=f"staff:{by.get_username()}",
        now=now,
    )


@serialized
def write_off_by_staff(*, installment_id: int, now: datetime, approval_id: int | None = None) -> Installment:
    """Write off what is left of an instalment.

    Raises:
        ApprovalRequired and its kin: what is left is above what one person may move alone.
        NotPayable: it is settled, or closed already.
    """
    installment = lock_installment(installment_id)
    if installment.is_open and is_over_limit(installment.remaining_micros):
        use_approval(
            approval_id=approval_id,
            kind=WRITE_OFF,
            subject=approval_subject(installment_id),
            arguments=write_off_arguments(installment.remaining_micros),
            now=now,
        )
    return write_off_instalment(installment_id=installment_id, now=now)
