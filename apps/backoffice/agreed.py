"""What becomes of a request once a second person has agreed to it, by the kind that the acting service gave it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from apps.approvals.models import Approval
from apps.backoffice import services
from apps.backoffice.services import TITLES, Kind
from apps.common.errors import NotFound
from apps.contracts import services as contracts
from apps.payments.services import refunding
from apps.pricing.services import PUBLISH
from apps.usage import services as usage
from apps.vouchers.models import Batch
from apps.vouchers.services import batches as vouchers

Doing = Callable[[Approval, datetime], object]


def _move_money(approval: Approval, now: datetime) -> object:
    return services.carry_out(approval_id=approval.pk, now=now)


def _move_on_contract(approval: Approval, now: datetime) -> object:
    return contracts.carry_out_move(approval_id=approval.pk, now=now)


def _cancel_contract(approval: Approval, now: datetime) -> object:
    return contracts.carry_out_cancellation(approval_id=approval.pk, now=now)


def _start_batch(approval: Approval, now: datetime) -> object:
    batch = Batch.objects.filter(approval=approval).first()
    if batch is None:
        raise NotFound
    return vouchers.start_batch(batch_id=batch.pk, by=approval.requested_by, now=now)


def _refund(approval: Approval, now: datetime) -> object:
    return refunding.carry_out_refund(approval_id=approval.pk, now=now)


def _publish_price(approval: Approval, now: datetime) -> object:
    return usage.publish_agreed(approval_id=approval.pk, now=now)


DOINGS: Mapping[str, Doing] = {
    **dict.fromkeys(map(str, Kind), _move_money),
    **dict.fromkeys(map(str, contracts.MoveKind), _move_on_contract),
    contracts.CANCEL: _cancel_contract,
    vouchers.APPROVAL_KIND: _start_batch,
    refunding.APPROVAL_KIND: _refund,
    PUBLISH: _publish_price,
}
CARRIED_OUT: Mapping[str, str] = {
    **{str(kind): title for kind, title in TITLES.items()},
    **{str(kind): title for kind, title in contracts.MOVE_TITLES.items()},
    contracts.CANCEL: "Cancel a contract",
    vouchers.APPROVAL_KIND: "Issue a batch of vouchers",
    refunding.APPROVAL_KIND: "Refund through Stripe",
    PUBLISH: "Publish a price",
}


def carry_out(approval: Approval, *, now: datetime) -> None:
    """Carry out what was agreed to, once; the caller's transaction holds the agreement too.

    Raises:
        BillingError: whatever the acting service refuses.
    """
    DOINGS[approval.kind](approval, now)
