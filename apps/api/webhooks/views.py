"""`/v1/webhooks`: an organization's endpoints, events and deliveries."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.api.authentication import BearerAuthentication, credential_of, organization_of
from apps.api.fields import StrictUUID, uuid_in_path
from apps.api.problems import FieldError, InvalidInput
from apps.api.query_parameters import (
    IntegerParameter,
    read_choice,
    read_cursor,
    read_integers,
    read_position,
    read_text,
    read_value,
    write_cursor,
)
from apps.api.request_bodies import read_body
from apps.api.reservations.bodies import NoBody
from apps.api.responses import Response
from apps.api.views import ApiView
from apps.api.webhooks import bodies, presenter
from apps.common.list_positions import Position
from apps.notices.services import rotate_secret
from apps.tenants.models import ApiKey, Organization
from apps.webhooks import selectors, services
from apps.webhooks.errors import DeliveryNotFound, EndpointNotFound, EventNotFound
from apps.webhooks.event_types import EVENT_TYPES
from apps.webhooks.models import WebhookDelivery, WebhookEndpoint

ENDPOINTS, EVENTS, DELIVERIES = "webhook-endpoints", "webhook-events", "webhook-deliveries"
LIMIT = IntegerParameter("limit", 1, 200, 50)
AFTER = IntegerParameter("after", 0, 10**18 - 1, 0)
_EVENT_ID = re.compile("evt_([0-9a-f]{32})")


class ManagesWebhooks(BasePermission):
    """A key with webhooks:write, or a person with an admin role."""

    message = "This needs a key with the scope webhooks:write, or an admin's session."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Check the scope or the role."""
        credential = credential_of(request)
        return ApiKey.Scope.WEBHOOKS_WRITE in credential.scopes or credential.role.endswith("admin")


class WebhookView(ApiView):
    """The base of these views."""

    authentication_classes = (BearerAuthentication,)
    permission_classes: Any = (ManagesWebhooks,)


class Endpoints(WebhookView):
    """The organization's endpoints."""

    def get(self, request: Request) -> Response:
        """Return a page of them, newest first."""
        organization, now = organization_of(request), timezone.now()
        (limit,) = read_integers(request, LIMIT)
        rows = selectors.endpoint_page(
            organization, after=read_position(request, ENDPOINTS, organization.pk), limit=limit + 1
        )
        shown = [presenter.endpoint(row, now) for row in rows]
        return Response(_page(organization, ENDPOINTS, rows, shown, limit))

    def post(self, request: Request) -> Response:
        """Create one; the secret is in this response and never shown again."""
        organization, now = organization_of(request), timezone.now()
        asked = read_body(request, bodies.EndpointBody)
        made = services.create_endpoint(
            organization=organization, **asked, created_by=credential_of(request).created_by, now=now
        )
        return Response({**presenter.endpoint(made.endpoint, now), "secret": made.secret}, status=201)


class Endpoint(WebhookView):
    """One endpoint."""

    def get(self, request: Request, endpoint_id: str) -> Response:
        """Return it."""
        row = selectors.find_endpoint(organization_of(request), uuid_in_path(endpoint_id, EndpointNotFound))
        return Response(presenter.endpoint(row, timezone.now()))

    def patch(self, request: Request, endpoint_id: str) -> Response:
        """Change it, disable it, or enable it again."""
        organization, now = organization_of(request), timezone.now()
        asked = read_body(request, bodies.EndpointChanges)
        if "state" in asked:
            asked["is_enabled"] = asked.pop("state") == WebhookEndpoint.State.ENABLED
        row = services.change_endpoint(
            organization=organization, endpoint_id=uuid_in_path(endpoint_id, EndpointNotFound), now=now, **asked
        )
        return Response(presenter.endpoint(row, now))

    def delete(self, request: Request, endpoint_id: str) -> Response:
        """Delete it and its deliveries."""
        services.delete_endpoint(
            organization=organization_of(request), endpoint_id=uuid_in_path(endpoint_id, EndpointNotFound)
        )
        return Response(status=204)


class SecretRotation(WebhookView):
    """Replace an endpoint's secret."""

    def post(self, request: Request, endpoint_id: str) -> Response:
        """Return the new secret; requests are signed with both until the overlap ends."""
        now, asked = timezone.now(), read_body(request, bodies.RotationBody)
        rotated = rotate_secret(
            organization=organization_of(request),
            endpoint_id=uuid_in_path(endpoint_id, EndpointNotFound),
            overlap=timedelta(hours=asked["overlapHours"]),
            expire_previous=asked["expirePrevious"],
            now=now,
        )
        return Response({**presenter.endpoint(rotated.endpoint, now), "secret": rotated.secret})


class TestEvent(WebhookView):
    """Send a test event to an endpoint."""

    def post(self, request: Request, endpoint_id: str) -> Response:
        """Return the delivery, which a worker sends in a moment."""
        read_body(request, NoBody)
        delivery = services.send_test(
            organization=organization_of(request),
            endpoint_id=uuid_in_path(endpoint_id, EndpointNotFound),
            now=timezone.now(),
        )
        return Response(presenter.delivery(delivery), status=202)


class EventReplay(WebhookView):
    """Send events of an interval to an endpoint again."""

    def post(self, request: Request, endpoint_id: str) -> Response:
        """Return how many events are sent again."""
        now, asked = timezone.now(), read_body(request, bodies.ReplayBody)
        count = services.replay(
            organization=organization_of(request),
            endpoint_id=uuid_in_path(endpoint_id, EndpointNotFound),
            chosen=services.EventFilter(
                since=asked["since"],
                until=asked.get("until", now),
                states=asked.get("status", ()),
                types=asked.get("types", ()),
            ),
            now=now,
        )
        return Response({"count": count}, status=202)


class Events(WebhookView):
    """The organization's events of the last 90 days."""

    def get(self, request: Request) -> Response:
        """Return a page of events, oldest first, from after a sequence number."""
        organization = organization_of(request)
        limit, after = read_integers(request, LIMIT, AFTER)
        event_type = read_text(request, "type")
        if event_type and event_type not in EVENT_TYPES:
            raise InvalidInput([FieldError("query.type", "must be an event type", event_type)])
        if cursor := read_text(request, "cursor"):
            (after,) = read_cursor(EVENTS, organization.pk, cursor)
        rows = selectors.event_page(organization, after=after, event_type=event_type, limit=limit + 1)
        body: dict[str, Any] = {"data": [presenter.event(row) for row in rows[:limit]]}
        if len(rows) > limit:
            body["nextCursor"] = write_cursor(EVENTS, organization.pk, [rows[limit - 1].sequence])
        return Response(body)


class Event(WebhookView):
    """One event."""

    def get(self, request: Request, event_id: str) -> Response:
        """Return it as it was sent."""
        found = _event_id(event_id)
        if found is None:
            raise EventNotFound
        return Response(presenter.event(selectors.find_event(organization_of(request), found)))


class Deliveries(WebhookView):
    """The organization's deliveries."""

    def get(self, request: Request) -> Response:
        """Return a page of deliveries, newest first."""
        organization = organization_of(request)
        (limit,) = read_integers(request, LIMIT)
        state, event = read_choice(request, "status", WebhookDelivery.State.values), read_text(request, "eventId")
        event_id = _event_id(event)
        if event and event_id is None:
            raise InvalidInput([FieldError("query.eventId", "must be the id of an event", event)])
        wanted = selectors.DeliveryFilter(
            endpoint_id=read_value(request, "endpointId", StrictUUID()), event_id=event_id, state=state
        )
        after = read_position(request, DELIVERIES, organization.pk)
        rows = selectors.delivery_page(organization, wanted, after=after, limit=limit + 1)
        shown = [presenter.delivery(row) for row in rows]
        return Response(_page(organization, DELIVERIES, rows, shown, limit))


class DeliveryRetry(WebhookView):
    """Send a delivery again."""

    def post(self, request: Request, delivery_id: str) -> Response:
        """Return the delivery, which a worker sends in a moment."""
        read_body(request, NoBody)
        found = uuid_in_path(delivery_id, DeliveryNotFound)
        delivery = services.retry_delivery(organization=organization_of(request), delivery_id=found, now=timezone.now())
        return Response(presenter.delivery(delivery), status=202)


def _event_id(text: str) -> UUID | None:
    match = _EVENT_ID.fullmatch(text)
    return UUID(match[1]) if match else None


def _page(
    organization: Organization,
    listing: str,
    rows: list[Any],
    shown: list[dict[str, Any]],
    limit: int,
) -> dict[str, Any]:
    body: dict[str, Any] = {"data": shown[:limit]}
    if len(rows) > limit:
        numbers = Position(rows[limit - 1].created_at, rows[limit - 1].pk).numbers()
        body["nextCursor"] = write_cursor(listing, organization.pk, numbers)
    return body
