"""Queueing of stored events, and of events that arrived before the object they belong to."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from apps.outbox.services import enqueue, message
from apps.payments.models import StripeEvent

HANDLE_EVENT = "payments.handle_stripe_event"


def enqueue_event(event_id: str, *, now: datetime, again: str = "", delay_seconds: int = 0) -> None:
    """Enqueue the handling of an event; `again` makes the message's key differ from earlier ones."""
    enqueue(
        HANDLE_EVENT,
        now=now,
        key=_key(event_id, again),
        delay_seconds=delay_seconds,
        arguments={"event_id": event_id},
    )


def first_message(event_id: str, *, now: datetime) -> dict[str, Any]:
    """Return the first message for an event, in the form that the outbox's SQL function takes."""
    return message(HANDLE_EVENT, now=now, key=_key(event_id), arguments={"event_id": event_id})


def _key(event_id: str, again: str = "") -> str:
    return f"stripe-event:{event_id}{again and f':{again}'}"


def wake(ids: Iterable[str], *, now: datetime) -> None:
    """Enqueue the events that wait for one of these objects, given by Stripe's ids."""
    wanted = [one for one in ids if one]
    waiting = StripeEvent.objects.filter(state=StripeEvent.State.RECEIVED, waits_for__in=wanted)
    rows = list(waiting.order_by("pk").values_list("event_id", "attempts"))
    for event_id, attempts in rows:
        enqueue_event(event_id, now=now, again=f"woken-{attempts}")
