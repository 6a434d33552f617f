"""Submit an action, or execute it once a second person has approved; nothing else performs actions."""

from datetime import datetime, timedelta
from typing import Any

from auditlog.models import LogEntry
from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from apps.approvals.actions import REGISTRY, Action, action_of, request_of
from apps.approvals.errors import (
    AlreadyRequested,
    MakerMayNotAct,
    MayNotAct,
    SentWithOtherValues,
)
from apps.approvals.limits import needs_second_person
from apps.approvals.models import Approval, SoloAction
from apps.approvals.services import OPEN, expire_approvals, lock_approval, spend
from apps.common.errors import Rejected
from apps.common.money import MAX_MICROS
from apps.common.reader import NOBODY, read_by
from apps.common.transactions import serialized


@serialized
def submit(action: Action, *, by: User, now: datetime) -> Approval | None:
    """Perform an action, or request approval above the limit for one person; return the request, if any.

    A person's actions are decided one at a time: the person's row is locked until the transaction ends, before any
    customer's row. Sending the same form again changes nothing.

    Raises:
        MayNotAct: `by` lacks the action's permission.
        Rejected: the reason is empty, or the amount is negative or beyond 64 bits.
        AlreadyRequested: a request for the same or an overlapping action waits.
        SentWithOtherValues: the form was sent before with other values.
        BillingError: whatever performing it raises; nothing is counted then.
    """
    assert REGISTRY.get(action.kind) is type(action), f"{action.kind} is not registered"
    if not may_submit(by, action):
        raise MayNotAct
    if not action.reason.strip():
        raise Rejected("Enter a reason.", field="reason")
    if not 0 <= action.amount_micros <= MAX_MICROS:
        raise Rejected("Enter an amount that is not negative, and not too large to store.", field="amount")
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if _was_done(action):
        return None
    if waiting := _open_request(action, now):
        if waiting.key == action.key and waiting.requested_by_id == by.pk:
            return waiting
        same = "exactly this" if waiting.fingerprint == action.fingerprint else "something that overlaps with this"
        raise AlreadyRequested(f"{waiting} by {waiting.requested_by} for {same} waits for a second person.")
    if needs_second_person(action, by=by, now=now):
        return _create_request(action, by, now)
    with transaction.atomic():
        _count(action, by, now)
        action.perform(by=by, now=now)
        _write_down(action)
    return None


@serialized
def execute(approval_id: int, *, now: datetime) -> Action:
    """Perform an approved action once, in the name of the person who requested it; return the action.

    Raises:
        ApprovalRequired, ApprovalClosed, ApprovalExpired, ApprovalNotFound: it is not approved, or cannot be used.
        UnknownAction, ApprovalForSomethingElse: see `action_of`.
        MakerMayNotAct: the person who requested it has since lost the permission.
        BillingError: whatever performing it raises; the approval stays as it was.
    """
    approval = lock_approval(approval_id)
    action = action_of(approval)
    if not may_submit(approval.requested_by, action):
        raise MakerMayNotAct
    with transaction.atomic():
        spend(approval, now=now)
        action.perform(by=approval.requested_by, now=now)
        _write_down(action, approval=approval.pk, agreed_by=str(approval.decided_by))
    return action


def perform_agreed(action: Action, *, approval: Approval, now: datetime) -> None:
    """Perform one of the actions that a request covers, in the name of the person who requested it.

    Raises:
        MakerMayNotAct: that person has since lost the permission.
        BillingError: whatever performing it raises; nothing has changed then.
    """
    if not may_submit(approval.requested_by, action):
        raise MakerMayNotAct
    with transaction.atomic():
        action.perform(by=approval.requested_by, now=now)
        _write_down(action, approval=approval.pk, agreed_by=str(approval.decided_by))


def may_submit(person: User, action: Action) -> bool:
    """Return whether a person may submit an action."""
    return person.is_active and person.is_staff and person.has_perm(action.permission)


def _count(action: Action, by: User, now: datetime) -> None:
    SoloAction.objects.create(
        person=by,
        scope=action.scope,
        organization_id=action.organization_id,
        currency=action.currency,
        amount_micros=0 if action.is_free_of_limit else action.amount_micros,
        kind=action.kind,
        subject_type=action.subject.type,
        subject_id=action.subject.id,
        fingerprint=action.fingerprint,
        key=action.key,
        done_at=now,
    )


def _was_done(action: Action) -> bool:
    """Return whether this form was already performed, alone or after approval."""
    done = SoloAction.objects.filter(key=action.key).values_list("fingerprint", flat=True).first()
    used = Approval.objects.filter(key=action.key, status=Approval.Status.USED)
    found = done or used.values_list("fingerprint", flat=True).first()
    if found and found != action.fingerprint:
        raise SentWithOtherValues
    return found is not None


def _open_request(action: Action, now: datetime) -> Approval | None:
    """Return an open request for the same action, or else for an overlapping one."""
    expire_approvals(now=now, only=action.fingerprint)
    waiting = Approval.objects.filter(kind=action.kind, currency=action.currency, status__in=OPEN, expires_at__gt=now)
    if same := waiting.filter(fingerprint=action.fingerprint).first():
        return same
    if type(action).overlaps is Action.overlaps:
        return None
    return next((each for each in waiting if action.overlaps(type(action).from_approval(each))), None)


def _create_request(action: Action, by: User, now: datetime) -> Approval:
    request = request_of(action)
    with read_by(NOBODY):  # whoever approves may have chosen another style
        request.about = action.about()[:300]
        request.preview = [[row.what, row.before, row.after] for row in action.preview(by=by, now=now)]
    request.requested_by, request.requested_at = by, now
    request.is_size_known = action.has_known_size(now)
    request.expires_at = now + timedelta(hours=settings.APPROVAL_VALID_HOURS)
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError as error:
        if not Approval.objects.filter(fingerprint=action.fingerprint, status__in=OPEN).exists():
            raise
        raise AlreadyRequested("A colleague has just requested exactly this.") from error
    return request


def _write_down(action: Action, **agreed: Any) -> None:
    """Record the action in the audit trail of the customer, or of the target if there is no customer."""
    row = action.organization() or action.subject.row()
    if row is None:
        return
    own = {name: value for name, value in action.arguments().items() if name not in action.hidden}
    told = {"amount_micros": action.amount_micros, "reason": action.reason, "key": action.key, **own}
    LogEntry.objects.log_create(
        row,
        force_log=True,
        action=LogEntry.Action.UPDATE,
        changes={},
        additional_data={"what": action.title, **told, **agreed},
    )
