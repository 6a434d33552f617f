"""Make endpoints and events."""

from datetime import datetime
from typing import Any

from apps.tenants.models import Organization
from apps.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookEvent
from apps.webhooks.services import NewEvent, create_endpoint, record_event


def make_endpoint(
    organization: Organization,
    now: datetime,
    url: str = "https://hooks.example.com/in",
    types: tuple[str, ...] = ("*",),
) -> WebhookEndpoint:
    """Make an endpoint that receives these types."""
    return create_endpoint(
        organization=organization, url=url, types=types, description="", created_by="test", now=now
    ).endpoint


def record(
    organization: Organization,
    now: datetime,
    key: str = "1",
    event_type: str = "month.closed",
    data: dict[str, Any] | None = None,
) -> WebhookEvent:
    """Record an event."""
    return record_event(
        organization_id=organization.pk,
        event=NewEvent(event_type, key, data or {"id": "2026-10", "version": 1}, now),
        now=now,
    )


def states(endpoint: WebhookEndpoint) -> list[str]:
    """Return the states of an endpoint's deliveries by the sequence of their events."""
    rows = WebhookDelivery.objects.filter(endpoint=endpoint).order_by("event__sequence")
    return list(rows.values_list("state", flat=True))
