"""Events for organizations, recorded once each and numbered without gaps."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.common.strict_json import write_json
from apps.outbox.services import enqueue_many
from apps.webhooks.event_types import ANY_TYPE, EVENT_TYPES
from apps.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookEvent, WebhookSequence

MOST_BODY_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What happened: `key` identifies it among the events of its type, `data` are the members of the body's `data`."""

    type: str
    key: str
    data: Mapping[str, Any]
    occurred_at: datetime


@transaction.atomic
def record_event(
    *, organization_id: UUID, event: NewEvent, now: datetime, endpoint: WebhookEndpoint | None = None
) -> WebhookEvent:
    """Record an event and request its sending to `endpoint`, or to every endpoint that receives its type.

    Call it last in a transaction: from here on the organization's next event waits for the commit, so that sequence
    numbers have no gap. An event of the same type and key is recorded once; repeated calls return the first.

    Raises:
        ValueError: the body would have more than 64 KiB.
    """
    WebhookSequence.objects.bulk_create([WebhookSequence(organization_id=organization_id)], ignore_conflicts=True)
    sequence = WebhookSequence.objects.select_for_update(no_key=True).get(pk=organization_id)
    recorded = WebhookEvent.objects.filter(organization=organization_id, type=event.type, key=event.key).first()
    if recorded is not None:
        return recorded
    sequence.last += 1
    row = WebhookEvent(
        organization_id=organization_id,
        sequence=sequence.last,
        type=event.type,
        key=event.key,
        occurred_at=event.occurred_at,
        created_at=now,
    )
    row.body = _body(row, event.data)
    row.save(force_insert=True)
    sequence.save(update_fields=["last"])
    _request_deliveries(row, endpoint, now)
    return row


def _body(event: WebhookEvent, data: Mapping[str, Any]) -> str:
    body = write_json(
        {
            "id": event.public_id,
            "type": event.type,
            "timestamp": event.occurred_at,
            "organizationId": event.organization_id,
            "sequence": event.sequence,
            "data": data,
        }
    )
    if len(body) > MOST_BODY_BYTES:
        raise ValueError(f"the body of a {event.type} event has {len(body)} bytes; the maximum is {MOST_BODY_BYTES}")
    return body.decode()


def _request_deliveries(event: WebhookEvent, only: WebhookEndpoint | None, now: datetime) -> None:
    """Create the event's deliveries; those to disabled endpoints are skipped, and are sent only on request."""
    if only is not None:
        endpoints = [only]
    else:
        every = WebhookEndpoint.objects.filter(organization=event.organization_id)
        endpoints = [each for each in every if receives(each, event.type)]
    deliveries = [delivery_of(event, each, now) for each in endpoints]
    WebhookDelivery.objects.bulk_create(deliveries)
    request_sends((each.endpoint_id for each in deliveries if each.state == WebhookDelivery.State.PENDING), now=now)


def receives(endpoint: WebhookEndpoint, event_type: str) -> bool:
    """Return whether an endpoint receives events of a type."""
    return event_type in endpoint.types or (ANY_TYPE in endpoint.types and not EVENT_TYPES[event_type].named_only)


def delivery_of(event: WebhookEvent, endpoint: WebhookEndpoint, now: datetime) -> WebhookDelivery:
    """Return an unsaved delivery, due at `now` unless the endpoint is disabled."""
    is_enabled = endpoint.disabled_at is None
    return WebhookDelivery(
        organization_id=event.organization_id,
        event=event,
        endpoint=endpoint,
        state=WebhookDelivery.State.PENDING if is_enabled else WebhookDelivery.State.SKIPPED,
        next_try_at=now if is_enabled else None,
        created_at=now,
    )


SEND = "webhooks.send"


def request_sends(endpoint_ids: Iterable[UUID], *, now: datetime) -> None:
    """Enqueue sending the due deliveries of endpoints, once for each id given."""
    messages = {f"{SEND}:{uuid.uuid4()}": {"endpoint_id": str(each)} for each in endpoint_ids}
    if messages:
        enqueue_many(SEND, now=now, arguments_by_key=messages)
