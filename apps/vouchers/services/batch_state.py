"""Switch codes off and on, extend their validity, and change redemption limits."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User

from apps.common.transactions import serialized
from apps.vouchers.errors import IllegalBatchState, InvalidTerms, LimitBelowUse, VoucherRevoked
from apps.vouchers.models import Batch, Voucher
from apps.vouchers.services.batch_events import record_batch_event
from apps.vouchers.services.locks import lock_batch, lock_voucher, move_batch
from apps.vouchers.terms import MOST_REDEMPTIONS

State = Batch.State


@serialized
def disable_batch(*, batch_id: UUID, reason: str, by: User, now: datetime) -> Batch:
    """Switch all codes of a batch off; credit already granted stays.

    Raises:
        IllegalBatchState: the batch is not active.
    """
    batch = lock_batch(batch_id, State.ACTIVE)
    move_batch(batch, State.DISABLED)
    record_batch_event(batch, "switched off", by=by, now=now, reason=reason)
    return batch


@serialized
def enable_batch(*, batch_id: UUID, reason: str, by: User, now: datetime) -> Batch:
    """Switch all codes of a batch back on.

    Raises:
        IllegalBatchState: the batch is not switched off.
    """
    batch = lock_batch(batch_id, State.DISABLED)
    move_batch(batch, State.ACTIVE)
    record_batch_event(batch, "switched on", by=by, now=now, reason=reason)
    return batch


@serialized
def extend_batch(*, batch_id: UUID, expires_at: datetime | None, reason: str, by: User, now: datetime) -> Batch:
    """Extend the validity of a batch to `expires_at`, exclusive, or without end; expired codes become valid again.

    Raises:
        IllegalBatchState: the batch has ended or waits for approval.
        InvalidTerms: the new end is not after the old one, or is in the past.
    """
    batch = lock_batch(batch_id, State.GENERATING, State.ACTIVE, State.DISABLED)
    before, after = batch.expires_at, expires_at
    if before is None:
        raise InvalidTerms("The codes already have no end.", field="expires_at")
    if after is not None and after <= max(before, now):
        raise InvalidTerms("The new end must be after the old one and in the future.", field="expires_at")
    batch.expires_at = after
    batch.save(update_fields=["expires_at"])
    moments = {"before": before.isoformat(), "after": after.isoformat() if after else None}
    record_batch_event(batch, "extended", by=by, now=now, reason=reason, details=moments)
    return batch


@serialized
def disable_voucher(*, voucher_id: int, reason: str, by: User, now: datetime) -> Voucher:
    """Switch a code off; switching it off again changes nothing.

    Raises:
        VoucherRevoked: it was revoked.
    """
    voucher = _lock_unrevoked(voucher_id)
    if voucher.disabled_at is None:
        _set_disabled(voucher, now)
        record_batch_event(voucher, "code switched off", by=by, now=now, reason=reason)
    return voucher


@serialized
def enable_voucher(*, voucher_id: int, reason: str, by: User, now: datetime) -> Voucher:
    """Switch a code back on; switching it on again changes nothing.

    Raises:
        VoucherRevoked: it was revoked.
    """
    voucher = _lock_unrevoked(voucher_id)
    if voucher.disabled_at is not None:
        _set_disabled(voucher, None)
        record_batch_event(voucher, "code switched on", by=by, now=now, reason=reason)
    return voucher


@serialized
def change_limit(*, voucher_id: int, max_redemptions: int, reason: str, by: User, now: datetime) -> Voucher:
    """Change the redemption limit of a custom code.

    Raises:
        IllegalBatchState: the code was generated or imported, or its batch has ended.
        LimitBelowUse: it has been redeemed more often than that.
        InvalidTerms: the limit is out of range or below the limit per organization.
    """
    batch = lock_batch(Voucher.objects.values_list("batch", flat=True).get(pk=voucher_id), State.ACTIVE, State.DISABLED)
    voucher = _lock_unrevoked(voucher_id)
    _check_limit(batch, voucher, max_redemptions)
    before, voucher.max_redemptions = voucher.max_redemptions, max_redemptions
    batch.max_redemptions = max_redemptions
    voucher.save(update_fields=["max_redemptions"])
    batch.save(update_fields=["max_redemptions"])
    limits = {"before": before, "after": max_redemptions}
    record_batch_event(voucher, "limit changed", by=by, now=now, reason=reason, details=limits)
    return voucher


def _check_limit(batch: Batch, voucher: Voucher, limit: int) -> None:
    if batch.origin != Batch.Origin.CHOSEN:
        raise IllegalBatchState("Only a custom code's limit can be changed; create another batch instead.")
    if not batch.max_per_organization <= limit <= MOST_REDEMPTIONS:
        raise InvalidTerms(
            f"It must be between {batch.max_per_organization:,} and {MOST_REDEMPTIONS:,}.", field="max_redemptions"
        )
    if limit < voucher.redemption_count:
        raise LimitBelowUse(f"It was redeemed {voucher.redemption_count:,} times.", field="max_redemptions")


def _lock_unrevoked(voucher_id: int) -> Voucher:
    voucher = lock_voucher(voucher_id)
    if voucher.revoked_at is not None:
        raise VoucherRevoked()
    return voucher


def _set_disabled(voucher: Voucher, moment: datetime | None) -> None:
    voucher.disabled_at = moment
    voucher.save(update_fields=["disabled_at"])
