"""Present endpoints, events and deliveries."""

from datetime import datetime
from typing import Any

from apps.common.strict_json import read_object
from apps.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookEvent


def endpoint(row: WebhookEndpoint, now: datetime) -> dict[str, Any]:
    """Present an endpoint, without its secret."""
    shown: dict[str, Any] = {
        "id": row.pk,
        "url": row.url,
        "description": row.description,
        "types": row.types,
        "state": row.state,
        "secretHint": row.secret_hint,
        "createdAt": row.created_at,
    }
    if row.failing_since is not None:
        shown["failingSince"] = row.failing_since
    if row.previous_secret_until is not None and row.previous_secret_until > now:
        shown["previousSecretUntil"] = row.previous_secret_until
    return shown


def event(row: WebhookEvent) -> dict[str, Any]:
    """Present an event as its receivers get it."""
    return read_object(row.body)


def delivery(row: WebhookDelivery) -> dict[str, Any]:
    """Present a delivery with its tries."""
    shown: dict[str, Any] = {
        "id": row.pk,
        "eventId": f"evt_{row.event_id.hex}",
        "endpointId": row.endpoint_id,
        "state": row.state,
        "tries": [{**each, "at": datetime.fromisoformat(each["at"])} for each in row.tries],
    }
    if row.next_try_at is not None:
        shown["nextTryAt"] = row.next_try_at
    return shown
