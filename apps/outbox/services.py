"""Enqueue messages in the caller's transaction, and move them from pending to done."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from apps.common.queries import prepared_rows
from apps.outbox.errors import MessageNotParked
from apps.outbox.models import OutboxMessage

State = OutboxMessage.State
UNFINISHED = (State.PENDING, State.SENT)
ERROR_LENGTH = 2_000
SEND_LEASE = timedelta(seconds=60)
LONGEST_SEND_LEASE = timedelta(minutes=5)
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(hours=1)
NO_END_SEEN = "The last attempt did not finish: its worker was lost."


def message(
    task: str, *, now: datetime, key: str | None = None, delay_seconds: int = 0, arguments: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a message as the database function `outbox_add` takes it, for callers with their own statement."""
    due = now + timedelta(seconds=delay_seconds)
    return {
        "task": task,
        "arguments": dict(arguments),
        "key": key,
        "available_at": due.isoformat(),
        "created_at": now.isoformat(),
    }


def enqueue(
    task: str,
    *,
    now: datetime,
    key: str | None = None,
    delay_seconds: int = 0,
    arguments: Mapping[str, Any] | None = None,
) -> None:
    """Enqueue `task` to run after the caller's transaction commits, at the earliest `delay_seconds` from `now`.

    If a message with the same `key` exists, nothing is added.
    """
    add_messages([message(task, now=now, key=key, delay_seconds=delay_seconds, arguments=arguments or {})])


def enqueue_many(task: str, *, now: datetime, arguments_by_key: Mapping[str, Mapping[str, Any]]) -> None:
    """Enqueue `task` once for each key, in one statement; see `enqueue`."""
    add_messages([message(task, now=now, key=key, arguments=arguments) for key, arguments in arguments_by_key.items()])


def add_messages(messages: Sequence[Mapping[str, Any]]) -> None:
    """Add messages made by `message`, in one statement; those whose keys exist are not added."""
    prepared_rows("SELECT outbox_add(%s::jsonb)", [json.dumps(messages)])


def lock_due(now: datetime, limit: int) -> QuerySet[OutboxMessage]:
    """Return the messages due to be sent, locked; rows locked by another dispatcher are skipped."""
    due = OutboxMessage.objects.filter(state__in=UNFINISHED, next_send_at__lte=now).order_by("next_send_at", "id")
    return due.select_for_update(skip_locked=True, no_key=True)[:limit]


def anything_due(*, now: datetime) -> bool:
    """Return whether a message is due, without locking it."""
    return OutboxMessage.objects.filter(state__in=UNFINISHED, next_send_at__lte=now).exists()


@transaction.atomic
def claim_due(*, now: datetime, limit: int) -> list[OutboxMessage]:
    """Mark up to `limit` due messages as sent and return them; they are claimed again if not done when the lease ends.

    A message whose worker was lost in each of OUTBOX_MAX_ATTEMPTS attempts is parked instead.
    """
    due = list(lock_due(now, limit))
    spent = [message.pk for message in due if message.attempts >= settings.OUTBOX_MAX_ATTEMPTS]
    if spent:
        OutboxMessage.objects.filter(pk__in=spent).update(state=State.PARKED, last_error=NO_END_SEEN)
    claimed = [message for message in due if message.attempts < settings.OUTBOX_MAX_ATTEMPTS]
    for message in claimed:
        message.state = State.SENT
        message.sends += 1
        message.sent_at = now
        message.started_at = None
        message.next_send_at = now + _send_lease(message.sends)
    OutboxMessage.objects.bulk_update(claimed, ["state", "sends", "sent_at", "started_at", "next_send_at"])
    return claimed


def return_unsent(*, message_ids: list[int], now: datetime) -> None:
    """Make claimed messages that the broker refused pending again; they are due immediately."""
    OutboxMessage.objects.filter(pk__in=message_ids, state=State.SENT, started_at=None).update(
        state=State.PENDING, next_send_at=now
    )


def start(*, message_id: int, send: int, lease_seconds: int, now: datetime) -> OutboxMessage | None:
    """Start one send of a message; None if it is done, taken by a worker, or has been sent again since."""
    taken = OutboxMessage.objects.filter(pk=message_id, state=State.SENT, sends=send, started_at=None).update(
        started_at=now, attempts=F("attempts") + 1, next_send_at=now + timedelta(seconds=lease_seconds)
    )
    return OutboxMessage.objects.get(pk=message_id) if taken else None


def finish(*, message: OutboxMessage, now: datetime) -> None:
    """Mark a started message as done."""
    OutboxMessage.objects.filter(pk=message.pk, state__in=UNFINISHED).update(
        state=State.DONE, done_at=now, last_error=""
    )


def fail(*, message: OutboxMessage, error: str, now: datetime, wait: timedelta = timedelta(0)) -> None:
    """Record a failed attempt: retry after the backoff, or `wait` if longer; park it after OUTBOX_MAX_ATTEMPTS."""
    parked = message.attempts >= settings.OUTBOX_MAX_ATTEMPTS
    due = now + max(wait, _retry_delay(message.attempts))
    OutboxMessage.objects.filter(pk=message.pk, state=State.SENT, sends=message.sends).update(
        state=State.PARKED if parked else State.PENDING,
        last_error=error.replace("\x00", "")[:ERROR_LENGTH],  # PostgreSQL text cannot hold NUL characters
        available_at=due,
        next_send_at=due,
    )


def retry_parked(*, message_ids: Sequence[int], now: datetime) -> int:
    """Send parked messages again with their attempts reset; return how many were parked.

    Raises:
        MessageNotParked: none of them is parked.
    """
    retried = OutboxMessage.objects.filter(pk__in=message_ids, state=State.PARKED).update(
        state=State.PENDING, attempts=0, available_at=now, next_send_at=now
    )
    if not retried:
        raise MessageNotParked
    return retried


def purge_done(*, now: datetime, limit: int = 1_000) -> int:
    """Delete up to `limit` messages done more than OUTBOX_KEEP_DAYS ago; return the number."""
    before = now - timedelta(days=settings.OUTBOX_KEEP_DAYS)
    old = OutboxMessage.objects.filter(state=State.DONE, done_at__lt=before).order_by("done_at").values("pk")[:limit]
    deleted, _ = OutboxMessage.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    return deleted


def _send_lease(sends: int) -> timedelta:
    """Return how long a worker may take to start a message that was sent `sends` times."""
    return min(SEND_LEASE * (1 << min(sends - 1, 10)), LONGEST_SEND_LEASE)


def _retry_delay(attempts: int) -> timedelta:
    """Return the delay after `attempts` failed attempts."""
    return min(FIRST_RETRY * (1 << min(attempts - 1, 20)), LONGEST_RETRY)
