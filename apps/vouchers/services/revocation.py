"""Revoke codes for good and take back their unspent credit in the background."""

import logging
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.models import User

from apps.common.transactions import all_or_nothing, serialized
from apps.contracts import services as contracts
from apps.outbox import services as outbox
from apps.vouchers.causes import REDEMPTION
from apps.vouchers.errors import IllegalBatchState
from apps.vouchers.models import Batch, BatchEvent, Redemption, RedemptionReversal, Voucher
from apps.vouchers.redemption_rules import redemption_key
from apps.vouchers.services.batch_events import record_batch_event
from apps.vouchers.services.locks import lock_batch, lock_voucher, move_batch
from apps.wallets import services as wallets

logger = logging.getLogger(__name__)
TAKE_BACK = "vouchers.take_back"
CODES_AT_ONCE = 1_000
REDEMPTIONS_AT_ONCE = 100
State = Batch.State
REVOKED = "revoked"
CODE_REVOKED = "code revoked"


@serialized
def revoke_batch(*, batch_id: UUID, reason: str, by: User, now: datetime) -> Batch:
    """Stop all codes of a batch for good and queue the job that takes back their unspent credit.

    Raises:
        IllegalBatchState: the batch waits for approval or has ended.
    """
    batch = lock_batch(batch_id, State.GENERATING, State.ACTIVE, State.DISABLED)
    move_batch(batch, State.REVOKED)
    record_batch_event(batch, REVOKED, by=by, now=now, reason=reason)
    _enqueue_take_back(batch, None, now)
    return batch


@serialized
def revoke_voucher(*, voucher_id: int, reason: str, by: User, now: datetime) -> Voucher:
    """Stop a code for good and queue the job that takes back its unspent credit; revoking again changes nothing.

    Raises:
        IllegalBatchState: its batch is neither active nor switched off.
    """
    voucher = lock_voucher(voucher_id)
    if voucher.revoked_at is not None:
        return voucher
    batch = voucher.batch
    if batch.state not in (State.ACTIVE, State.DISABLED):
        raise IllegalBatchState(f"The batch is {batch.get_state_display().lower()}.")
    voucher.revoked_at = now
    voucher.save(update_fields=["revoked_at"])
    record_batch_event(voucher, CODE_REVOKED, by=by, now=now, reason=reason)
    _enqueue_take_back(batch, voucher, now)
    return voucher


class Chunk(NamedTuple):
    """One chunk of a revocation: the number of rows processed, the last redemption, and the failed redemptions."""

    touched: int
    last: UUID | None = None
    failed: tuple[UUID, ...] = ()


def take_back_chunk(*, batch_id: UUID, voucher_id: int | None, now: datetime, after: UUID | None = None) -> Chunk:
    """Process the next chunk of a revocation, starting after the redemption `after`; `touched` is 0 when all is done.

    All codes of a revoked batch are marked first. The update waits for redemptions in progress, so that none is missed.
    A redemption that fails is logged and left for the next run.
    """
    marked = _mark_codes(batch_id, now)
    return Chunk(marked, after) if marked else _take_back_some(batch_id, voucher_id, now, after)


@serialized
def _mark_codes(batch_id: UUID, now: datetime) -> int:
    if not Batch.objects.filter(pk=batch_id, state=State.REVOKED).exists():
        return 0
    unmarked = Voucher.objects.filter(batch=batch_id, revoked_at=None)
    numbers = list(unmarked.order_by("number").values_list("number", flat=True)[:CODES_AT_ONCE])
    unmarked.filter(number__in=numbers).update(revoked_at=now)
    return len(numbers)


def _take_back_some(batch_id: UUID, voucher_id: int | None, now: datetime, after: UUID | None) -> Chunk:
    left = Redemption.objects.filter(batch=batch_id, reversals=None)
    if voucher_id is not None:
        left = left.filter(voucher=voucher_id)
    if after is not None:
        left = left.filter(pk__gt=after)
    some = list(left.select_related("organization", "grant__organization").order_by("pk")[:REDEMPTIONS_AT_ONCE])
    if not some:
        return Chunk(0, after)
    order = _order(batch_id, voucher_id)
    failed = [redemption.pk for redemption in some if not _is_taken_back(redemption, order, now)]
    return Chunk(len(some), some[-1].pk, tuple(failed))


def _is_taken_back(redemption: Redemption, order: BatchEvent, now: datetime) -> bool:
    try:
        with all_or_nothing():
            _take_back(redemption, order, now)
    except Exception:  # logged; the other redemptions are still taken back
        logger.exception("voucher_not_taken_back", extra={"redemption": str(redemption.pk)})
        return False
    return True


@serialized
def _take_back(redemption: Redemption, order: BatchEvent, now: datetime) -> None:
    """Take back the credit of one redemption, once; the lock makes a second worker wait and then see it is done."""
    lock_voucher(redemption.voucher_id)
    if RedemptionReversal.objects.filter(redemption=redemption).exists():
        return
    if redemption.grant is not None:
        taken = wallets.revoke_grant(
            grant=redemption.grant,
            cause=REDEMPTION.of(redemption.pk),
            reason=order.reason,
            created_by=order.done_by,
            now=now,
        )
    else:
        taken = contracts.withdraw_discount(
            organization=redemption.organization, key=redemption_key(redemption.pk), now=now
        )
    RedemptionReversal.objects.create(
        organization_id=redemption.organization_id,
        redemption=redemption,
        taken_micros=taken,
        reason=order.reason,
        taken_by=order.done_by,
        taken_at=now,
    )


def _order(batch_id: UUID, voucher_id: int | None) -> BatchEvent:
    """Return the journal entry of the revocation, with its author and reason."""
    events = BatchEvent.objects.filter(batch=batch_id)
    if voucher_id is None:
        return events.filter(action=REVOKED).latest("pk")
    return events.filter(action=CODE_REVOKED, voucher=voucher_id).latest("pk")


def _enqueue_take_back(batch: Batch, voucher: Voucher | None, now: datetime) -> None:
    voucher_id = voucher.pk if voucher else None
    outbox.enqueue(
        TAKE_BACK,
        now=now,
        key=f"{TAKE_BACK}:{batch.pk}:{voucher_id or 'all'}",
        arguments={"batch_id": str(batch.pk), "voucher_id": voucher_id},
    )
