"""Enqueue messages in the caller's transaction, and move them from pending to done."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, transaction

from apps.common.queries import prepared_rows
from apps.outbox.errors import MessageNotParked
from apps.outbox.models import OutboxMessage

State = OutboxMessage.State
ERROR_LENGTH = 2_000
SEND_LEASE = timedelta(seconds=60)
LONGEST_SEND_LEASE = timedelta(minutes=5)
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(hours=1)
NO_END_SEEN = "The last attempt did not finish: its worker was lost."

# Each message passes through these statements, so their texts are constant and their plans are kept.
READ = ("id", "task", "arguments", "attempts", "sends")  # of the rows that they return
DUE = "FROM outbox_outboxmessage WHERE state IN ('pending', 'sent') AND next_send_at <= %s"
LOCK_DUE = f"""
SELECT id, task, arguments, attempts, sends {DUE} ORDER BY next_send_at, id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
"""
MARK_SENT = """
UPDATE outbox_outboxmessage AS message
SET state = 'sent', sends = sends + 1, sent_at = %s, started_at = NULL, next_send_at = lease.ends_at
FROM unnest(%s::bigint[], %s::timestamptz[]) AS lease (id, ends_at) WHERE message.id = lease.id
"""
START = """
UPDATE outbox_outboxmessage SET started_at = %s, attempts = attempts + 1, next_send_at = %s
WHERE id = %s AND state = 'sent' AND sends = %s AND started_at IS NULL
RETURNING id, task, arguments, attempts, sends
"""
FINISH = """
UPDATE outbox_outboxmessage SET state = 'done', done_at = %s, last_error = ''
WHERE id = %s AND state IN ('pending', 'sent')
"""


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


def anything_due(*, now: datetime) -> bool:
    """Return whether a message is due, without locking it."""
    return bool(prepared_rows(f"SELECT 1 {DUE} LIMIT 1", [now]))


@transaction.atomic
def claim_due(*, now: datetime, limit: int) -> list[OutboxMessage]:
    """Mark up to `limit` due messages as sent and return them; they are claimed again if not done when the lease ends.

    Rows locked by another dispatcher are skipped. A message whose worker was lost in each of OUTBOX_MAX_ATTEMPTS
    attempts is parked instead.
    """
    due = [_read(row) for row in prepared_rows(LOCK_DUE, [now, limit])]
    spent = [message.pk for message in due if message.attempts >= settings.OUTBOX_MAX_ATTEMPTS]
    if spent:
        OutboxMessage.objects.filter(pk__in=spent).update(state=State.PARKED, last_error=NO_END_SEEN)
    claimed = [message for message in due if message.attempts < settings.OUTBOX_MAX_ATTEMPTS]
    for message in claimed:
        message.sends += 1
    if claimed:
        leases = [now + _send_lease(message.sends) for message in claimed]
        prepared_rows(MARK_SENT, [now, [message.pk for message in claimed], leases])
    return claimed


def return_unsent(*, message_ids: list[int], now: datetime) -> None:
    """Make claimed messages that the broker refused pending again; they are due immediately."""
    OutboxMessage.objects.filter(pk__in=message_ids, state=State.SENT, started_at=None).update(
        state=State.PENDING, next_send_at=now
    )


def start(*, message_id: int, send: int, lease_seconds: int, now: datetime) -> OutboxMessage | None:
    """Start one send of a message; None if it is done, taken by a worker, or has been sent again since."""
    taken = prepared_rows(START, [now, now + timedelta(seconds=lease_seconds), message_id, send])
    return _read(taken[0]) if taken else None


def finish(*, message: OutboxMessage, now: datetime) -> None:
    """Mark a started message as done."""
    prepared_rows(FINISH, [now, message.pk])


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


def _read(row: tuple[Any, ...]) -> OutboxMessage:
    """Return a message with the columns of `READ`; its other columns are read when they are used."""
    message = OutboxMessage.from_db(DEFAULT_DB_ALIAS, READ, row)
    message.arguments = json.loads(row[READ.index("arguments")])
    return message


def _send_lease(sends: int) -> timedelta:
    """Return how long a worker may take to start a message that was sent `sends` times."""
    return min(SEND_LEASE * (1 << min(sends - 1, 10)), LONGEST_SEND_LEASE)


def _retry_delay(attempts: int) -> timedelta:
    """Return the delay after `attempts` failed attempts."""
    return min(FIRST_RETRY * (1 << min(attempts - 1, 20)), LONGEST_RETRY)
