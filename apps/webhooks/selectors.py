"""Queries on endpoints, events and deliveries; every one is limited to an organization."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from apps.common.list_positions import Position, beyond
from apps.tenants.models import Organization
from apps.webhooks.errors import EndpointNotFound, EventNotFound
from apps.webhooks.event_types import EVENT_TYPES
from apps.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookEvent


def endpoint_page(organization: Organization, *, after: Position | None, limit: int) -> list[WebhookEndpoint]:
    """Return an organization's endpoints, newest first."""
    rows = WebhookEndpoint.objects.filter(beyond(after), organization=organization)
    return list(rows.order_by("-created_at", "-pk")[:limit])


def find_endpoint(organization: Organization, endpoint_id: UUID) -> WebhookEndpoint:
    """Return an endpoint.

    Raises:
        EndpointNotFound: the organization has no such endpoint.
    """
    endpoint = WebhookEndpoint.objects.filter(organization=organization, pk=endpoint_id).first()
    if endpoint is None:
        raise EndpointNotFound
    return endpoint


def is_wanted(organization_id: UUID, event_type: str) -> bool:
    """Return whether to record an event: always, but of a `named_only` type only if an endpoint names it."""
    if not EVENT_TYPES[event_type].named_only:
        return True
    return WebhookEndpoint.objects.filter(organization=organization_id, types__contains=[event_type]).exists()


def event_page(organization: Organization, *, after: int, event_type: str, limit: int) -> list[WebhookEvent]:
    """Return the events with a sequence number above `after`, oldest first, optionally of one type."""
    rows = WebhookEvent.objects.filter(organization=organization, sequence__gt=after)
    if event_type:
        rows = rows.filter(type=event_type)
    return list(rows.order_by("sequence")[:limit])


def find_event(organization: Organization, event_id: UUID) -> WebhookEvent:
    """Return an event.

    Raises:
        EventNotFound: the organization has no such event, or it is older than 90 days.
    """
    event = WebhookEvent.objects.filter(organization=organization, pk=event_id).first()
    if event is None:
        raise EventNotFound
    return event


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFilter:
    """Which deliveries to list; None or empty for any."""

    endpoint_id: UUID | None = None
    event_id: UUID | None = None
    state: str = ""


def delivery_page(
    organization: Organization, wanted: DeliveryFilter, *, after: Position | None, limit: int
) -> list[WebhookDelivery]:
    """Return an organization's deliveries, newest first."""
    rows: QuerySet[WebhookDelivery] = WebhookDelivery.objects.filter(beyond(after), organization=organization)
    if wanted.endpoint_id is not None:
        rows = rows.filter(endpoint=wanted.endpoint_id)
    if wanted.event_id is not None:
        rows = rows.filter(event=wanted.event_id)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    return list(rows.order_by("-created_at", "-pk")[:limit])
