"""Who did what to a batch, and why."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from apps.vouchers.errors import ReasonMissing
from apps.vouchers.models import Batch, BatchEvent, Voucher


def person(user: User) -> str:
    """Return how a member of staff is named in the books."""
    return f"staff:{user.get_username()}"


def write_down(
    batch: Batch,
    action: str,
    *,
    by: User,
    now: datetime,
    reason: str,
    voucher: Voucher | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write an action in the batch's journal.

    Raises:
        ReasonMissing: no reason is given.
    """
    require_reason(reason)
    BatchEvent.objects.create(
        batch=batch,
        voucher=voucher,
        action=action,
        reason=reason.strip(),
        details=dict(details or {}),
        done_by=person(by),
        done_at=now,
    )


def require_reason(reason: str) -> None:
    """Refuse an action that nobody will understand next year.

    Raises:
        ReasonMissing: nothing is said.
    """
    if not reason.strip():
        raise ReasonMissing(field="reason")
