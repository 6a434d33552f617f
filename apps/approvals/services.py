"""Decide on requests. Nobody decides on their own, superusers included; a database constraint enforces it too."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from apps.approvals.actions import REGISTRY
from apps.approvals.errors import (
    ApprovalClosed,
    ApprovalExpired,
    ApprovalNotFound,
    ApprovalRequired,
    MayNotDecide,
)
from apps.approvals.independence import refuse_dependent
from apps.approvals.models import TRANSITIONS, Approval
from apps.common.transitions import transition

Status = Approval.Status
OPEN = (Status.PENDING, Status.APPROVED)


def lock_approval(approval_id: int) -> Approval:
    """Lock a request until the transaction ends.

    Raises:
        ApprovalNotFound: there is none with this id.
    """
    row = Approval.objects.select_for_update(no_key=True).filter(pk=approval_id).first()
    if row is None:
        raise ApprovalNotFound()
    return row


@transaction.atomic
def approve(*, approval_id: int, by: User, now: datetime, note: str = "") -> Approval:
    """Approve a request, which can then be performed once until it expires.

    Raises:
        MakerIsChecker: `by` made the request.
        NotIndependent: the accounts of `by` and the maker are not independent.
        MayNotDecide: `by` is not active staff with the permission to decide, or lacks the action's own permission
            where the second person needs it.
        ApprovalClosed, ApprovalExpired, ApprovalNotFound: it cannot be decided.
    """
    return _decide(approval_id, Status.APPROVED, by, now, note)


@transaction.atomic
def reject(*, approval_id: int, by: User, now: datetime, note: str = "") -> Approval:
    """Reject a request; nothing is performed. Raises the same errors as `approve`."""
    return _decide(approval_id, Status.REJECTED, by, now, note)


def _decide(approval_id: int, verdict: Status, by: User, now: datetime, note: str) -> Approval:
    row = lock_approval(approval_id)
    refuse_dependent(maker=row.requested_by, decider=by, now=now)
    if not (by.is_active and by.is_staff and by.has_perm("approvals.decide_approval")):
        raise MayNotDecide()
    action = REGISTRY.get(row.kind)
    if action is not None and action.is_decided_alike and not by.has_perm(action.permission):
        raise MayNotDecide("Someone who could have requested it must decide.")
    _move(row, verdict, now)
    row.decided_by, row.decided_at, row.decision_note = by, now, note.strip()
    row.save(update_fields=["status", "decided_by", "decided_at", "decision_note"])
    return row


def spend(row: Approval, *, now: datetime) -> None:
    """Mark a locked request as used; the caller performs it in the same transaction.

    Raises:
        ApprovalRequired: nobody has approved it yet.
        ApprovalClosed, ApprovalExpired: it can no longer be used.
    """
    if row.status == Status.PENDING and not row.is_expired(now):
        raise ApprovalRequired("The request is still waiting for a second person.")
    _move(row, Status.USED, now)
    row.used_at = now
    row.save(update_fields=["status", "used_at"])


@transaction.atomic
def expire_approvals(*, now: datetime, only: str | None = None) -> int:
    """Mark expired requests and return their number; `only` restricts it to one fingerprint."""
    due = Approval.objects.filter(status__in=OPEN, expires_at__lte=now)
    if only is not None:
        due = due.filter(fingerprint=only)
    return due.update(status=Status.EXPIRED)


def _move(row: Approval, status: Status, now: datetime) -> None:
    if row.is_expired(now):
        raise ApprovalExpired()
    refusal = ApprovalClosed(f"The request is {row.get_status_display().lower()}.")
    transition(row, status, TRANSITIONS, refusal, field="status")
