"""The inbox: store what is delivered, apply it once, try again what came too early, park what nobody can apply."""

import json
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from apps.common.statements import prepared_cursor
from apps.common.strict_json import Json, read_object
from apps.common.transactions import all_or_nothing, serialized
from apps.payments import issues, stripe_gateway, stripe_operations
from apps.payments.deferred_events import ask_for, first_asking
from apps.payments.errors import (
    EventBusy,
    EventIsHandled,
    EventNotFound,
    EventParked,
    MalformedObject,
    NotReadyYet,
    StripeUnavailable,
)
from apps.payments.handlers import HANDLERS, EventContext, Handler, NotOurs
from apps.payments.handlers.ownership import is_ours
from apps.payments.models import EVENT_TRANSITIONS, StripeEvent
from apps.payments.services.parked_events import close_not_booked, tell_not_booked
from apps.payments.webhook_body import Delivery

logger = logging.getLogger(__name__)

State = StripeEvent.State
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=6)
ERROR_LENGTH = 2_000
STORE = "SELECT stripe_event_store(%s::jsonb, %s::text, %s::jsonb)::text"
READABLE = Q(api_version=stripe_gateway.API_VERSION) | Q(api_version__endswith=f".{stripe_gateway.RELEASE}")


def store_event(*, delivery: Delivery, now: datetime, source: StripeEvent.Source = StripeEvent.Source.WEBHOOK) -> None:
    """Keep an event, once, and ask a worker to apply it, in one statement; nobody talks to the broker.

    What is delivered in a version that we read replaces a row of the same event in one that we do not, unless that was
    handled: the sweep finds events in the version that the account had then, and may be first.
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
    asking = [first_asking(delivery.event_id, now=now)]
    with prepared_cursor() as cursor:
        cursor.execute(STORE, [json.dumps(event), delivery.text, json.dumps(asking)])
        kept_version, state = orjson.loads(cursor.fetchone()[0])
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
        close_not_booked(StripeEvent.objects.get(event_id=delivery.event_id), now=now)
        ask_for(delivery.event_id, now=now, again="delivered")


def handle_event(*, event_id: str, now: datetime) -> None:
    """Apply one stored event, or say why not yet, or why never: its state tells.

    A look at Stripe comes first, outside the transaction; effects and mark commit together.

    Raises:
        EventBusy: another worker is at it.
    """
    event = StripeEvent.objects.filter(event_id=event_id, state=State.RECEIVED).first()
    if event is None:
        return
    try:
        with issues.refused_key_shown(event.type, now=now, closes=bool(event.error)):
            prepared = _prepare(event, now)
        with all_or_nothing():
            _apply(event.pk, *prepared, now=now)
    except NotOurs:
        _settle(event, State.IGNORED, "It is about something that is none of ours", now=now)
    except (EventParked, MalformedObject) as error:
        _settle(event, State.PARKED, str(error), now=now)
    except NotReadyYet as error:
        _put_off(event, str(error), now=now, waits_for=error.waits_for)
    except EventBusy:
        raise
    except Exception as error:  # whatever it was: written down, tried again, parked for staff after some tries
        logger.exception("stripe_event_failed", extra={"event_id": event_id, "type": event.type})
        wait = error.retry_after_seconds if isinstance(error, StripeUnavailable) else 0
        _put_off(event, f"{type(error).__name__}: {error}", now=now, wait=timedelta(seconds=wait))


def _prepare(event: StripeEvent, now: datetime) -> tuple[Handler | None, Any, EventContext | None]:
    """Read the event, refuse what is not for this deployment, and look at Stripe where the handler wants it.

    Raises:
        NotOurs: it names nothing of ours; nothing of it was read. EventParked, MalformedObject: it cannot be applied.
        StripeUnavailable: Stripe had to be asked, and did not answer.
    """
    if event.is_thin:
        raise EventParked("It is a thin event, which carries no object; have the endpoint send snapshot events")
    handler = HANDLERS.get(event.type)
    if handler is None:
        return None, None, None
    body = _object_of(event)
    for_us = event.livemode == settings.STRIPE_LIVEMODE and not event.account
    if not is_ours(body, ask=for_us):
        raise NotOurs
    _refuse_foreign(event)
    facts = handler.read(body if stripe_gateway.can_read(event.api_version) else _pinned(event, body))
    fetched = handler.look(facts) if handler.look else None
    context = EventContext(
        event_id=event.event_id,
        type=event.type,
        livemode=event.livemode,
        created_at=event.created_at,
        now=now,
        fetched=fetched,
    )
    return handler, facts, context


def _object_of(event: StripeEvent) -> Json:
    subject: Json = read_object(event.payload)["data"]["object"]
    return subject


def _refuse_foreign(event: StripeEvent) -> None:
    """Park what another mode or another account sent: nothing of it may be guessed at."""
    if event.livemode != settings.STRIPE_LIVEMODE:
        raise EventParked(f"It is a {'live' if event.livemode else 'test'} event, and this deployment is not")
    if event.account:
        raise EventParked(f"It is of the connected account {event.account}; this deployment has none")


def _pinned(event: StripeEvent, body: Json) -> Json:
    """Return the object of an event that is written in a version we do not read, as Stripe has it now.

    Only what a sweep found is looked up: Stripe lists each event in the version that the account had then, whatever is
    asked for (docs.stripe.com/api/events/list). An endpoint's version is its own setting; staff have to mend it.
    """
    wanted = stripe_gateway.API_VERSION
    written = f"It is written in version {event.api_version or 'none'}"
    if event.source != StripeEvent.Source.SWEEP:
        raise EventParked(f"{written}; set the endpoint to {wanted}")
    found = stripe_operations.fetch_object(str(body.get("object")), event.object_id)
    if found is None:
        raise EventParked(f"{written}, and Stripe has no such object in {wanted}")
    return found


@serialized
def _apply(event_pk: int, handler: Handler | None, facts: Any, context: EventContext | None, *, now: datetime) -> None:
    event = lock_event(event_pk)
    if event.state != State.RECEIVED:
        return
    if handler is not None and context is not None:
        handler.apply(facts, context)
    to = State.HANDLED if handler is not None else State.IGNORED
    _close(event, to, "" if handler is not None else "Nothing here acts on this type", now)


def lock_event(event_pk: int) -> StripeEvent:
    """Lock an event, unless another worker is at it.

    Raises:
        EventBusy: one is.
    """
    rows = StripeEvent.objects.filter(pk=event_pk)
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(no_key=True, skip_locked=True)
    event = rows.first()
    if event is None:
        raise EventBusy
    return event


def _close(event: StripeEvent, to: StripeEvent.State, error: str, now: datetime) -> None:
    assert to in EVENT_TRANSITIONS[State(event.state)], (event.state, to)
    had_failed = bool(event.error)
    event.state, event.error, event.settled_at, event.waits_for = to, error[:ERROR_LENGTH], now, ""
    event.save(update_fields=["state", "error", "settled_at", "waits_for"])
    if to == State.PARKED:
        tell_not_booked(event, now=now)
    elif had_failed:
        close_not_booked(event, now=now)


@serialized
def _settle(event: StripeEvent, to: StripeEvent.State, error: str, *, now: datetime) -> None:
    row = lock_event(event.pk)
    if row.state == State.RECEIVED and row.api_version == event.api_version:
        _close(row, to, error, now)


@serialized
def _put_off(
    event: StripeEvent, error: str, *, now: datetime, waits_for: str = "", wait: timedelta = timedelta(0)
) -> None:
    """Count the try and ask again later, no sooner than after `wait`; after STRIPE_EVENT_MAX_ATTEMPTS it is parked."""
    row = lock_event(event.pk)
    if row.state != State.RECEIVED or row.api_version != event.api_version:
        return  # it is done, or was replaced by what another asking reads
    row.attempts += 1
    row.error, row.waits_for = error[:ERROR_LENGTH], waits_for
    pause = max(wait, min(LONGEST_PAUSE, FIRST_PAUSE * 3 ** (row.attempts - 1)))
    row.next_attempt_at = now + pause
    row.save(update_fields=["attempts", "error", "waits_for", "next_attempt_at"])
    if row.attempts >= settings.STRIPE_EVENT_MAX_ATTEMPTS:
        _close(row, State.PARKED, error, now)
        return
    ask_for(row.event_id, now=now, again=f"try-{row.attempts}", delay_seconds=int(pause.total_seconds()))


@transaction.atomic
def replay_event(*, event_id: str, by: str, now: datetime) -> None:
    """Try a parked or ignored event again from the start, because staff mended what kept it.

    Raises:
        EventNotFound: there is none. EventIsHandled: it is done; EventBusy: a worker is at it.
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
    ask_for(event.event_id, now=now, again=f"replay-{now.timestamp():.6f}")


def replay_parked(*, by: str, now: datetime, limit: int = 1_000) -> int:
    """Try every parked event again, oldest first; return how many."""
    parked = StripeEvent.objects.filter(state=State.PARKED).order_by("created_at", "pk")
    ids = list(parked.values_list("event_id", flat=True)[:limit])
    for event_id in ids:
        replay_event(event_id=event_id, by=by, now=now)
    return len(ids)


@transaction.atomic
def dismiss_event(*, event_id: str, reason: str, by: str, now: datetime) -> None:
    """Close a parked event by hand: a person has seen to what it means.

    Raises:
        EventNotFound: there is none. EventIsHandled: it is not parked.
    """
    event = _known(event_id)
    if event.state != State.PARKED:
        raise EventIsHandled("Only a parked event is dismissed")
    event.note = f"{by}: {reason}"[:500]
    event.save(update_fields=["note"])
    _close(event, State.HANDLED, event.error, now)


def _known(event_id: str) -> StripeEvent:
    found = StripeEvent.objects.filter(event_id=event_id).values_list("pk", flat=True).first()
    if found is None:
        raise EventNotFound
    return lock_event(found)


def requeue_stuck(*, now: datetime, limit: int = 1_000) -> int:
    """Ask anew for events whose time came long ago and that nobody is at; return how many.

    Their message was lost with its worker, or what they wait for came without anybody noticing.
    """
    before = now - timedelta(seconds=settings.STRIPE_EVENT_STUCK_SECONDS)
    stuck = StripeEvent.objects.filter(state=State.RECEIVED, next_attempt_at__lte=before).order_by("created_at", "pk")
    return _ask_for_all(list(stuck.values_list("event_id", flat=True)[:limit]), now)


@transaction.atomic
def _ask_for_all(event_ids: Iterable[str], now: datetime) -> int:
    asked = 0
    for event_id in event_ids:
        ask_for(event_id, now=now, again=f"sweep-{now:%Y%m%d%H%M%S}")
        asked += 1
    return asked
