"""Write down work in the caller's transaction, and move it from pending to done."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet

from apps.common.statements import prepared_cursor
from apps.outbox.errors import MessageNotParked
from apps.outbox.models import OutboxMessage
from apps.outbox.pace import retry_delay, send_lease

State = OutboxMessage.State
UNFINISHED = (State.PENDING, State.SENT)
ERROR_LENGTH = 2_000
NO_END_SEEN = "The last attempt neither succeeded nor failed: the worker that ran it was lost."


def message(
    task: str, *, now: datetime, key: str | None = None, delay_seconds: int = 0, arguments: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a request as the database's `outbox_add` takes it, for who writes it in a statement of its own."""
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
    """Ask for `task` to run once the caller's transaction has committed, `delay_seconds` from `now`.

    A second request with the same `key` is the same request and adds nothing.
    """
    _add([message(task, now=now, key=key, delay_seconds=delay_seconds, arguments=arguments or {})])


def enqueue_many(task: str, *, now: datetime, arguments_by_key: Mapping[str, Mapping[str, Any]]) -> None:
    """Ask for `task` to run once for each key with its arguments, in one statement; see `enqueue`."""
    _add([message(task, now=now, key=key, arguments=arguments) for key, arguments in arguments_by_key.items()])


def _add(messages: Sequence[Mapping[str, Any]]) -> None:
    with prepared_cursor() as cursor:
        cursor.execute("SELECT outbox_add(%s::jsonb)", [json.dumps(messages)])


def lock_due(now: datetime, limit: int) -> QuerySet[OutboxMessage]:
    """Return the rows whose next send is due, locked where the engine can, without another dispatcher's."""
    due = OutboxMessage.objects.filter(state__in=UNFINISHED, next_send_at__lte=now).order_by("next_send_at", "id")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, no_key=True)
    return due[:limit]


def anything_due(*, now: datetime) -> bool:
    """Look without taking the write lock that claiming needs."""
    return OutboxMessage.objects.filter(state__in=UNFINISHED, next_send_at__lte=now).exists()


@transaction.atomic
def claim_due(*, now: datetime, limit: int) -> list[OutboxMessage]:
    """Mark up to `limit` due messages as sent and return them; those not done when the lease ends are claimed again.

    One that took the worker with it each time it was started is parked instead, after OUTBOX_MAX_ATTEMPTS.
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
        message.next_send_at = now + send_lease(message.sends)
    OutboxMessage.objects.bulk_update(claimed, ["state", "sends", "sent_at", "started_at", "next_send_at"])
    return claimed


def give_back(*, message_ids: list[int], now: datetime) -> None:
    """Return claimed messages that the broker did not take; they are due at once."""
    OutboxMessage.objects.filter(pk__in=message_ids, state=State.SENT, started_at=None).update(
        state=State.PENDING, next_send_at=now
    )


def start(*, message_id: int, send: int, lease_seconds: int, now: datetime) -> OutboxMessage | None:
    """Take one send of a message for a worker; None when it is done, taken, or was sent again since."""
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
    """Record a failed attempt: try again later, after `wait` at least; park it after OUTBOX_MAX_ATTEMPTS."""
    parked = message.attempts >= settings.OUTBOX_MAX_ATTEMPTS
    due = now + max(wait, retry_delay(message.attempts))
    OutboxMessage.objects.filter(pk=message.pk, state=State.SENT, sends=message.sends).update(
        state=State.PARKED if parked else State.PENDING,
        last_error=error.replace("\x00", "")[:ERROR_LENGTH],  # PostgreSQL keeps no NUL, and the failure must be kept
        available_at=due,
        next_send_at=due,
    )


def retry_parked(*, message_ids: Sequence[int], now: datetime) -> int:
    """Send parked messages again, with all their attempts before them; return how many were still parked.

    Raises:
        MessageNotParked: none of them is parked any more.
    """
    retried = OutboxMessage.objects.filter(pk__in=message_ids, state=State.PARKED).update(
        state=State.PENDING, attempts=0, available_at=now, next_send_at=now
    )
    if not retried:
        raise MessageNotParked
    return retried


def purge_done(*, now: datetime, limit: int = 1_000) -> int:
    """Delete up to `limit` messages done more than OUTBOX_KEEP_DAYS ago and return how many."""
    before = now - timedelta(days=settings.OUTBOX_KEEP_DAYS)
    old = OutboxMessage.objects.filter(state=State.DONE, done_at__lt=before).order_by("done_at").values("pk")[:limit]
    deleted, _ = OutboxMessage.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    return deleted
