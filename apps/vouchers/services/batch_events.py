"""The journal of staff actions on batches."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from apps.vouchers.errors import ReasonMissing
from apps.vouchers.models import Batch, BatchEvent, Voucher


def person(user: User) -> str:
    """Return the name of a staff member as journals and `created_by` columns store it."""
    return f"staff:{user.get_username()}"


def record_batch_event(
    subject: Batch | Voucher,
    action: str,
    *,
    by: User,
    now: datetime,
    reason: str,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add an action on a batch, or on one of its vouchers, to the batch's journal.

    Raises:
        ReasonMissing: the reason is empty.
    """
    require_reason(reason)
    BatchEvent.objects.create(
        batch_id=subject.batch_id if isinstance(subject, Voucher) else subject.pk,
        voucher=subject if isinstance(subject, Voucher) else None,
        action=action,
        reason=reason.strip(),
        details=dict(details or {}),
        done_by=person(by),
        done_at=now,
    )


def require_reason(reason: str) -> None:
    """Refuse an action without a reason.

    Raises:
        ReasonMissing: the reason is empty.
    """
    if not reason.strip():
        raise ReasonMissing(field="reason")
