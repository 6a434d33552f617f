"""Idempotent calls: a repeated call gets the response of the first one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from apps.common.encryption import seal, unseal
from apps.idempotency.errors import CallInProgress, IdempotencyKeyReused
from apps.idempotency.models import IdempotentCall

# Responses may contain voucher codes or payment URLs.
SEALED_FOR = "apps.idempotency.answers"
KEEP = timedelta(hours=48)
LEASE = timedelta(minutes=2)
PURGED_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Call:
    """A call by a client; `request_sha256` is a keyed hash of the whole request.

    `key` is unique per organization and `caller`. `organization_id` is None for a platform key.
    """

    organization_id: UUID | None
    caller: str
    key: str
    method: str
    path: str
    request_sha256: str


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run a call. `call_id` is the same for all attempts."""

    call_id: UUID
    attempt: int


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """An HTTP response as it was sent."""

    status: int
    content_type: str
    body: bytes


@transaction.atomic
def claim_call(*, call: Call, now: datetime) -> Claim | StoredResponse:
    """Claim the right to run a call, or return the response of an earlier run.

    An interrupted attempt can be taken over once its lease ends; so can a response that a change of SECRET_KEY has made
    unreadable; keyed hashes cannot be compared then. After 48 hours a key can be used for another call.

    Raises:
        IdempotencyKeyReused: the key belongs to another call.
        CallInProgress: another attempt is running.
    """
    mine = _calls_of(call)
    mine.filter(created_at__lte=now - KEEP).delete()
    new = IdempotentCall(
        organization_id=call.organization_id,
        caller=call.caller,
        key=call.key,
        method=call.method,
        path=call.path[:500],
        request_sha256=call.request_sha256,
        lease_ends_at=now + LEASE,
        created_at=now,
    )
    IdempotentCall.objects.bulk_create([new], ignore_conflicts=True)
    row = mine.select_for_update(no_key=True).get()
    if row.pk == new.pk:
        return Claim(row.pk, row.attempt)
    body = unseal(SEALED_FOR, bytes(row.body)) if row.state == IdempotentCall.State.DONE else None
    is_unreadable = row.state == IdempotentCall.State.DONE and body is None
    other_hash = row.request_sha256 != call.request_sha256 and not is_unreadable
    if other_hash or (row.method, row.path) != (call.method, new.path):
        raise IdempotencyKeyReused
    if body is not None:
        assert row.status is not None, "enforced by a constraint"
        return StoredResponse(row.status, row.content_type, body)
    return _take_over(row, call, now)


def _calls_of(call: Call) -> QuerySet[IdempotentCall]:
    """Return the rows of a caller's key, at most one."""
    rows = IdempotentCall.objects.filter(caller=call.caller, key=call.key)
    if call.organization_id is None:
        return rows.filter(organization__isnull=True)
    return rows.filter(organization=call.organization_id)


def _take_over(row: IdempotentCall, call: Call, now: datetime) -> Claim:
    if row.state == IdempotentCall.State.RUNNING and row.lease_ends_at > now:
        raise CallInProgress
    row.attempt += 1
    row.lease_ends_at, row.request_sha256 = now + LEASE, call.request_sha256
    row.state, row.status, row.completed_at = IdempotentCall.State.RUNNING, None, None
    row.save(update_fields=["attempt", "lease_ends_at", "request_sha256", "state", "status", "completed_at"])
    return Claim(row.pk, row.attempt)


def complete_call(*, claim: Claim, answer: StoredResponse, now: datetime) -> None:
    """Store the response for repeated calls; does nothing if a later attempt has taken the call over."""
    _running(claim).update(
        state=IdempotentCall.State.DONE,
        status=answer.status,
        content_type=answer.content_type,
        body=seal(SEALED_FOR, answer.body),
        completed_at=now,
    )


def release_call(*, claim: Claim, now: datetime) -> None:
    """End an attempt without storing a response; the call can be retried immediately under the same id."""
    _running(claim).update(lease_ends_at=now)


def _running(claim: Claim) -> QuerySet[IdempotentCall]:
    return IdempotentCall.objects.filter(pk=claim.call_id, attempt=claim.attempt, state=IdempotentCall.State.RUNNING)


def purge_calls(*, now: datetime) -> int:
    """Delete up to a thousand calls older than 48 hours; return the number of deleted rows."""
    old = IdempotentCall.objects.filter(created_at__lte=now - KEEP).values_list("pk", flat=True)
    ids = list(old.order_by("created_at")[:PURGED_AT_ONCE])
    return IdempotentCall.objects.filter(pk__in=ids).delete()[0]
