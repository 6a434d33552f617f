"""Apply one stored event: read it, look it up at Stripe if its handler needs that, run the handler, set its state."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from apps.common.strict_json import Json, read_object
from apps.common.transactions import all_or_nothing, serialized
from apps.payments import issues, stripe_gateway, stripe_operations
from apps.payments.errors import (
    EventBusy,
    EventParked,
    MalformedObject,
    NotReadyYet,
    StripeUnavailable,
)
from apps.payments.event_rows import EventRows
from apps.payments.handlers import HANDLERS, EventContext, Handler, NotOurs
from apps.payments.handlers.ownership import is_ours
from apps.payments.handlers.sessions import waiting_event
from apps.payments.models import StripeEvent
from apps.payments.services.inbox import close_event, lock_event, postpone_event, settle_event

logger = logging.getLogger(__name__)

State = StripeEvent.State


def handle_event(*, event_id: str, now: datetime) -> None:
    """Apply one stored event; its new state says whether it was handled, ignored, parked or deferred, and why.

    Calls to Stripe come first, outside the transaction; effects and the event's state commit together.

    Raises:
        EventBusy: another worker is processing it.
    """
    event = waiting_event(event_id)
    if event is None:
        return
    try:
        with issues.refused_key_issue(event.type, now=now, closes=bool(event.error)):
            prepared = _prepare(event, now)
        with all_or_nothing():
            _apply(event.pk, *prepared, now=now)
    except NotOurs:
        settle_event(event, State.IGNORED, "It is not about an object of ours", now=now)
    except (EventParked, MalformedObject) as error:
        settle_event(event, State.PARKED, str(error), now=now)
    except NotReadyYet as error:
        postpone_event(event, str(error), now=now, waits_for=error.waits_for)
    except EventBusy:
        raise
    except Exception as error:  # recorded and retried; after the last attempt the event is parked
        logger.exception("stripe_event_failed", extra={"event_id": event_id, "type": event.type})
        wait = error.retry_after_seconds if isinstance(error, StripeUnavailable) else 0
        postpone_event(event, f"{type(error).__name__}: {error}", now=now, wait=timedelta(seconds=wait))


def _prepare(event: StripeEvent, now: datetime) -> tuple[Handler | None, Any, EventContext | None]:
    """Read the event, refuse what is not for this deployment, and call Stripe if the handler needs it.

    Raises:
        NotOurs: it names nothing of ours. EventParked, MalformedObject: it cannot be applied.
        StripeUnavailable: Stripe had to be asked and did not respond.
    """
    if event.is_thin:
        raise EventParked("It is a thin event, which has no object; set the endpoint to send snapshot events")
    handler = HANDLERS.get(event.type)
    if handler is None:
        return None, None, None
    body = _object_of(event)
    for_us = event.livemode == settings.STRIPE_LIVEMODE and not event.account
    if not is_ours(body, ask=for_us):
        raise NotOurs
    _refuse_foreign(event)
    facts = handler.read(body if stripe_gateway.can_read(event.api_version) else _pinned(event, body))
    fetched = handler.fetch(facts, event)
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
    """Park events of another mode or another account.

    Raises:
        EventParked: the event is of another mode or account.
    """
    if event.livemode != settings.STRIPE_LIVEMODE:
        raise EventParked(f"It is a {'live' if event.livemode else 'test'} event; this deployment uses the other mode")
    if event.account:
        raise EventParked(f"It belongs to connected account {event.account}; this deployment has no connected accounts")


def _pinned(event: StripeEvent, body: Json) -> Json:
    """Fetch the current object of an event that is in an API version we do not read.

    Only events found by a sweep are looked up: Stripe lists each event in the account's version at that time, whatever
    version is requested (docs.stripe.com/api/events/list). A webhook endpoint's version is a setting that staff fix.
    """
    wanted = stripe_gateway.API_VERSION
    written = f"It is in API version {event.api_version or 'none'}"
    if event.source != StripeEvent.Source.SWEEP:
        raise EventParked(f"{written}; set the endpoint to version {wanted}")
    found = stripe_operations.fetch_object(str(body.get("object")), event.object_id)
    if found is None:
        raise EventParked(f"{written}, and Stripe has no such object in {wanted}")
    return found


@serialized
def _apply(event_pk: int, handler: Handler | None, facts: Any, context: EventContext | None, *, now: datetime) -> None:
    lock = handler.lock if handler is not None else None
    event, rows = lock(event_pk, facts) if lock is not None else _lock_event_only(event_pk)
    if event.state != State.RECEIVED:
        return
    if handler is not None and context is not None:
        handler.apply(facts, replace(context, rows=rows))
    to = State.HANDLED if handler is not None else State.IGNORED
    close_event(event, to, "" if handler is not None else "No handler for this type", now, rows.changes)
    rows.write(now=now)


def _lock_event_only(event_pk: int) -> tuple[StripeEvent, EventRows]:
    event = lock_event(event_pk)
    return event, EventRows(event=event)
