"""Deliveries that people request: tests, retries and replays. An event is sent again with the same id and body."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from apps.tenants.models import Organization
from apps.webhooks.errors import DeliveryNotFound, DeliveryPending, EndpointDisabled, ReplayTooLarge
from apps.webhooks.event_types import EVENT_TYPES
from apps.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookEvent
from apps.webhooks.services.endpoints import own_endpoint
from apps.webhooks.services.events import NewEvent, delivery_of, receives, record_event, request_sends
from apps.webhooks.services.sends import MOST_IN_FLIGHT

TEST = "webhook.test"
MOST_REPLAYED = 10_000
EVENTS_KEPT = timedelta(days=90)
DELIVERIES_KEPT = timedelta(days=30)
PURGED_AT_ONCE = 1_000
State = WebhookDelivery.State


@transaction.atomic
def send_test(*, organization: Organization, endpoint_id: UUID, now: datetime) -> WebhookDelivery:
    """Send a `webhook.test` event to one endpoint, whatever types it receives.

    Raises:
        EndpointNotFound: the organization has no such endpoint.
        EndpointDisabled: the endpoint is disabled.
    """
    endpoint = _enabled(own_endpoint(organization, endpoint_id))
    event = record_event(
        organization_id=organization.pk,
        event=NewEvent(TEST, str(uuid4()), {"id": str(endpoint.pk), "version": 1, "endpointId": endpoint.pk}, now),
        now=now,
        endpoint=endpoint,
    )
    return WebhookDelivery.objects.select_related("event", "endpoint").get(event=event)


@transaction.atomic
def retry_delivery(*, organization: Organization, delivery_id: UUID, now: datetime) -> WebhookDelivery:
    """Send a delivery again now; if that fails, its schedule of tries starts from the beginning.

    Raises:
        DeliveryNotFound: the organization has no such delivery.
        DeliveryPending: it is due or being sent now.
        EndpointDisabled: its endpoint is disabled.
    """
    found = WebhookDelivery.objects.filter(pk=delivery_id, organization=organization).first()
    if found is None:
        raise DeliveryNotFound
    _enabled(own_endpoint(organization, found.endpoint_id))
    delivery = WebhookDelivery.objects.select_for_update(of=("self",), no_key=True).get(pk=delivery_id)
    if delivery.next_try_at is not None and delivery.next_try_at <= now:
        raise DeliveryPending
    delivery.state, delivery.failures, delivery.next_try_at, delivery.leased_until = State.PENDING, 0, now, None
    delivery.save(update_fields=["state", "failures", "next_try_at", "leased_until"])
    request_sends([delivery.endpoint_id], now=now)
    return delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Events recorded from `since` until before `until`.

    `states` limits it to events whose delivery is in one of them; without it, events that were never sent to the
    endpoint are included. `types` limits it to some of the types that the endpoint receives.
    """

    since: datetime
    until: datetime
    states: Collection[str] = ()
    types: Collection[str] = ()


@transaction.atomic
def replay(*, organization: Organization, endpoint_id: UUID, chosen: EventFilter, now: datetime) -> int:
    """Send an endpoint events again; return how many. Pending deliveries do not change.

    Raises:
        EndpointNotFound: the organization has no such endpoint.
        EndpointDisabled: the endpoint is disabled.
        ReplayTooLarge: there are more than 10,000.
    """
    endpoint = _enabled(own_endpoint(organization, endpoint_id))
    events = list(_events_to_replay(endpoint, chosen).order_by("sequence")[: MOST_REPLAYED + 1])
    if len(events) > MOST_REPLAYED:
        raise ReplayTooLarge(field="body.since")
    known = WebhookDelivery.objects.filter(endpoint=endpoint, event__in=events)
    known_events = set(known.values_list("event_id", flat=True))
    known.update(state=State.PENDING, failures=0, next_try_at=now, leased_until=None)
    new = [delivery_of(event, endpoint, now) for event in events if event.pk not in known_events]
    WebhookDelivery.objects.bulk_create(new, batch_size=PURGED_AT_ONCE)
    request_sends([endpoint.pk] * min(len(events), MOST_IN_FLIGHT), now=now)
    return len(events)


def _events_to_replay(endpoint: WebhookEndpoint, chosen: EventFilter) -> QuerySet[WebhookEvent]:
    received = {each for each in EVENT_TYPES if receives(endpoint, each)}
    events = WebhookEvent.objects.filter(
        organization=endpoint.organization_id,
        type__in=received & set(chosen.types) if chosen.types else received,
        created_at__gte=chosen.since,
        created_at__lt=chosen.until,
    )
    mine = WebhookDelivery.objects.filter(endpoint=endpoint, event=OuterRef("pk"))
    if chosen.states:
        return events.filter(Exists(mine.filter(state__in=set(chosen.states) - {State.PENDING})))
    return events.filter(~Exists(mine.filter(state=State.PENDING)))


def _enabled(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    if endpoint.disabled_at is not None:
        raise EndpointDisabled
    return endpoint


def purge(*, now: datetime) -> int:
    """Delete up to a thousand deliveries older than 30 days and events older than 90; return the number of rows."""
    deliveries = WebhookDelivery.objects.exclude(state=State.PENDING).filter(created_at__lte=now - DELIVERIES_KEPT)
    events = WebhookEvent.objects.filter(created_at__lte=now - EVENTS_KEPT)
    old_deliveries = list(deliveries.order_by("created_at").values_list("pk", flat=True)[:PURGED_AT_ONCE])
    old_events = list(events.order_by("created_at").values_list("pk", flat=True)[:PURGED_AT_ONCE])
    deleted = WebhookDelivery.objects.filter(pk__in=old_deliveries).delete()[0]
    return deleted + WebhookEvent.objects.filter(pk__in=old_events).delete()[0]
