"""One stored event applied: read, looked up at Stripe where its handler wants it, handed over, marked."""

import logging
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
from apps.payments.handlers import HANDLERS, EventContext, Handler, NotOurs
from apps.payments.handlers.ownership import is_ours
from apps.payments.models import StripeEvent
from apps.payments.services.inbox import close_event, lock_event, put_off_event, settle_event

logger = logging.getLogger(__name__)

State = StripeEvent.State


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
        settle_event(event, State.IGNORED, "It is about something that is none of ours", now=now)
    except (EventParked, MalformedObject) as error:
        settle_event(event, State.PARKED, str(error), now=now)
    except NotReadyYet as error:
        put_off_event(event, str(error), now=now, waits_for=error.waits_for)
    except EventBusy:
        raise
    except Exception as error:  # whatever it was: written down, tried again, parked for staff after some tries
        logger.exception("stripe_event_failed", extra={"event_id": event_id, "type": event.type})
        wait = error.retry_after_seconds if isinstance(error, StripeUnavailable) else 0
        put_off_event(event, f"{type(error).__name__}: {error}", now=now, wait=timedelta(seconds=wait))


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
    close_event(event, to, "" if handler is not None else "Nothing here acts on this type", now)
