"""What becomes of a request once a second person has agreed to it, by the kind that the acting service gave it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from apps.approvals.models import Approval
from apps.backoffice import services
from apps.backoffice.services import TITLES, Kind
from apps.common.errors import NotFound
from apps.common.money import Micros
from apps.contracts.services import staff as contracts

Doing = Callable[[Approval, datetime], object]


def _move_money(approval: Approval, now: datetime) -> object:
    return services.carry_out(approval_id=approval.pk, now=now)


def _record_bank_transfer(approval: Approval, now: datetime) -> object:
    return contracts.record_bank_transfer(
        installment_id=_installment(approval),
        amount=Micros(approval.arguments["amount_micros"]),
        reference=approval.arguments["reference"],
        key=f"approval:{approval.pk}",
        by=approval.requested_by,
        now=now,
        approval_id=approval.pk,
    )


def _write_off(approval: Approval, now: datetime) -> object:
    return contracts.write_off_by_staff(installment_id=_installment(approval), now=now, approval_id=approval.pk)


def _installment(approval: Approval) -> int:
    kind, _, number = approval.subject.partition(":")
    if kind != "installment" or not number.isdecimal():
        raise NotFound
    return int(number)


DOINGS: Mapping[str, Doing] = {
    **dict.fromkeys(map(str, Kind), _move_money),
    contracts.BANK_TRANSFER: _record_bank_transfer,
    contracts.WRITE_OFF: _write_off,
}
CARRIED_OUT: Mapping[str, str] = {
    **{str(kind): title for kind, title in TITLES.items()},
    contracts.BANK_TRANSFER: "Settle an instalment by bank transfer",
    contracts.WRITE_OFF: "Write an instalment off",
}


def carry_out(approval: Approval, *, now: datetime) -> None:
    """Carry out what was agreed to, once; the caller's transaction holds the agreement too.

    Raises:
        BillingError: whatever the acting service refuses.
    """
    DOINGS[approval.kind](approval, now)
