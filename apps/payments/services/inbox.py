"""The event inbox: store each event once, retry early ones, park those that staff must handle."""

import json
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

import orjson
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from apps.common.queries import prepared_rows
from apps.common.row_changes import RowChanges
from apps.common.transactions import serialized
from apps.payments import stripe_gateway
from apps.payments.deferred_events import enqueue_event, first_message
from apps.payments.errors import (
    EventBusy,
    EventIsHandled,
    EventNotFound,
)
from apps.payments.models import EVENT_TRANSITIONS, StripeEvent
from apps.payments.services.parked_events import close_not_booked_issue, open_not_booked_issue
from apps.payments.webhook_body import Delivery

logger = logging.getLogger(__name__)

State = StripeEvent.State
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=6)
ERROR_LENGTH = 2_000
STORE = "SELECT stripe_event_store(%s::jsonb, %s::text, %s::jsonb)::text"
READABLE = Q(api_version=stripe_gateway.API_VERSION) | Q(api_version__endswith=f".{stripe_gateway.RELEASE}")


def store_event(*, delivery: Delivery, now: datetime, source: StripeEvent.Source = StripeEvent.Source.WEBHOOK) -> None:
    """Store an event once and queue its handling, in one statement and without the broker.

    A webhook in an API version that we can read replaces an unhandled row of the same event in a version that we cannot
    read. The sweep may store such a row first, because it gets events in the account's version at their time.
    """
    event = {
        "event_id": delivery.event_id,
        "type": delivery.type,
        "object_id": delivery.object_id,
        "api_version": delivery.api_version,
        "livemode": delivery.livemode,
        "account": delivery.account,
        "is_thin": delivery.is_thin,
        "source": source,
        "created_at": delivery.created_at.isoformat(),
        "received_at": now.isoformat(),
    }
    asking = [first_message(delivery.event_id, now=now)]
    ((text,),) = prepared_rows(STORE, [json.dumps(event), delivery.text, json.dumps(asking)])
    kept_version, state = orjson.loads(text)
    reads_more = stripe_gateway.can_read(delivery.api_version) and not stripe_gateway.can_read(kept_version)
    if source == StripeEvent.Source.WEBHOOK and reads_more and state != State.HANDLED:
        _replace_unread(delivery, now)


@serialized
def _replace_unread(delivery: Delivery, now: datetime) -> None:
    unread = StripeEvent.objects.filter(event_id=delivery.event_id).exclude(READABLE).exclude(state=State.HANDLED)
    is_replaced = unread.update(
        api_version=delivery.api_version,
        object_id=delivery.object_id,
        source=StripeEvent.Source.WEBHOOK,
        payload=delivery.text,
        state=State.RECEIVED,
        received_at=now,
        next_attempt_at=now,
        attempts=0,
        error="",
        waits_for="",
        settled_at=None,
    )
    if is_replaced:
        close_not_booked_issue(StripeEvent.objects.get(event_id=delivery.event_id), now=now)
        enqueue_event(delivery.event_id, now=now, again="delivered")


def lock_event(event_pk: int) -> StripeEvent:
    """Lock an event, unless another worker holds it.

    Raises:
        EventBusy: another worker holds it.
    """
    event = StripeEvent.objects.filter(pk=event_pk).select_for_update(no_key=True, skip_locked=True).first()
    if event is None:
        raise EventBusy
    return event


def close_event(
    event: StripeEvent, to: StripeEvent.State, error: str, now: datetime, changes: RowChanges | None = None
) -> None:
    """Move a locked event to a final state; a parked one with money opens a "not booked" issue.

    The event is saved, or joins the `changes` of a handler that have yet to be written.
    """
    assert to in EVENT_TRANSITIONS[State(event.state)], (event.state, to)
    had_failed = bool(event.error)
    event.state, event.error, event.settled_at, event.waits_for = to, error[:ERROR_LENGTH], now, ""
    fields = ("state", "error", "settled_at", "waits_for")
    if changes is None:
        event.save(update_fields=fields)
    else:
        changes.save(event, *fields)
    if to == State.PARKED:
        open_not_booked_issue(event, now=now)
    elif had_failed:
        close_not_booked_issue(event, now=now)


@serialized
def settle_event(event: StripeEvent, to: StripeEvent.State, error: str, *, now: datetime) -> None:
    """Close an event that was read outside the transaction, unless it was handled or replaced meanwhile.

    Raises:
        EventBusy: another worker holds it.
    """
    row = lock_event(event.pk)
    if row.state == State.RECEIVED and row.api_version == event.api_version:
        close_event(row, to, error, now)


@serialized
def postpone_event(
    event: StripeEvent, error: str, *, now: datetime, waits_for: str = "", wait: timedelta = timedelta(0)
) -> None:
    """Count an attempt and retry after at least `wait`; after STRIPE_EVENT_MAX_ATTEMPTS the event is parked.

    Raises:
        EventBusy: another worker holds it.
    """
    row = lock_event(event.pk)
    if row.state != State.RECEIVED or row.api_version != event.api_version:
        return  # it was handled, or replaced by a delivery with its own message
    row.attempts += 1
    row.error, row.waits_for = error[:ERROR_LENGTH], waits_for
    pause = max(wait, min(LONGEST_PAUSE, FIRST_PAUSE * 3 ** (row.attempts - 1)))
    row.next_attempt_at = now + pause
    row.save(update_fields=["attempts", "error", "waits_for", "next_attempt_at"])
    if row.attempts >= settings.STRIPE_EVENT_MAX_ATTEMPTS:
        close_event(row, State.PARKED, error, now)
        return
    enqueue_event(row.event_id, now=now, again=f"try-{row.attempts}", delay_seconds=int(pause.total_seconds()))


@transaction.atomic
def replay_event(*, event_id: str, by: str, now: datetime) -> None:
    """Retry a parked or ignored event from the start, after staff fixed what blocked it.

    Raises:
        EventNotFound: there is none. EventIsHandled: it was handled. EventBusy: a worker holds it.
    """
    event = _known(event_id)
    if event.state == State.HANDLED:
        raise EventIsHandled
    if event.state != State.RECEIVED:
        assert State.RECEIVED in EVENT_TRANSITIONS[State(event.state)]
        event.state, event.settled_at = State.RECEIVED, None
    event.attempts, event.next_attempt_at, event.waits_for = 0, now, ""
    event.note = f"Replayed by {by}"
    event.save(update_fields=["state", "settled_at", "attempts", "next_attempt_at", "waits_for", "note"])
    enqueue_event(event.event_id, now=now, again=f"replay-{now.timestamp():.6f}")


def replay_parked(*, by: str, now: datetime, limit: int = 1_000) -> int:
    """Retry up to `limit` parked events, oldest first; return how many."""
    parked = StripeEvent.objects.filter(state=State.PARKED).order_by("created_at", "pk")
    ids = list(parked.values_list("event_id", flat=True)[:limit])
    for event_id in ids:
        replay_event(event_id=event_id, by=by, now=now)
    return len(ids)


@transaction.atomic
def dismiss_event(*, event_id: str, reason: str, by: str, now: datetime) -> None:
    """Close a parked event by hand, after staff handled it.

    Raises:
        EventNotFound: there is none. EventIsHandled: it is not parked.
    """
    event = _known(event_id)
    if event.state != State.PARKED:
        raise EventIsHandled("Only a parked event can be dismissed")
    event.note = f"{by}: {reason}"[:500]
    event.save(update_fields=["note"])
    close_event(event, State.HANDLED, event.error, now)


def _known(event_id: str) -> StripeEvent:
    found = StripeEvent.objects.filter(event_id=event_id).values_list("pk", flat=True).first()
    if found is None:
        raise EventNotFound
    return lock_event(found)


def requeue_stuck(*, now: datetime, limit: int = 1_000) -> int:
    """Requeue events that are long overdue for an attempt; return how many.

    Either their message was lost with its worker, or the object that they wait for arrived without waking them.
    """
    before = now - timedelta(seconds=settings.STRIPE_EVENT_STUCK_SECONDS)
    stuck = StripeEvent.objects.filter(state=State.RECEIVED, next_attempt_at__lte=before).order_by("created_at", "pk")
    return _enqueue_all(list(stuck.values_list("event_id", flat=True)[:limit]), now)


@transaction.atomic
def _enqueue_all(event_ids: Iterable[str], now: datetime) -> int:
    asked = 0
    for event_id in event_ids:
        enqueue_event(event_id, now=now, again=f"sweep-{now:%Y%m%d%H%M%S}")
        asked += 1
    return asked
