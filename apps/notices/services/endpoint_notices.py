"""Send customers notices about their webhook endpoints."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from apps.notices.services.publication import notify
from apps.tenants.models import Organization
from apps.webhooks import services as webhooks
from apps.webhooks.models import WebhookEndpoint


@transaction.atomic
def rotate_secret(
    *, organization: Organization, endpoint_id: UUID, overlap: timedelta, expire_previous: bool, now: datetime
) -> webhooks.EndpointWithSecret:
    """Rotate an endpoint's secret, see `webhooks.services.rotate_secret`, and notify the customer."""
    rotated = webhooks.rotate_secret(
        organization=organization, endpoint_id=endpoint_id, overlap=overlap, expire_previous=expire_previous, now=now
    )
    endpoint = rotated.endpoint
    data = _named(endpoint)
    if endpoint.previous_secret_until is not None:
        data["previousSecretUntil"] = endpoint.previous_secret_until
    notify(
        organization_id=organization.pk,
        notice="endpoint.secret_rotated",
        key=f"{endpoint.pk}:{endpoint.version}",
        data=data,
        now=now,
    )
    return rotated


@transaction.atomic
def review_endpoints(*, now: datetime) -> None:
    """Send notices of endpoints that have been failing for a day.

    Disable those that fail for too long, with a notice.
    """
    for endpoint in webhooks.disable_failing(now=now):
        _notify_disabled(endpoint, now)
    for endpoint in webhooks.claim_failing(now=now):
        notify(
            organization_id=endpoint.organization_id,
            notice="endpoint.failing",
            key=f"{endpoint.pk}:{endpoint.failing_since}",
            data={**_named(endpoint), "since": endpoint.failing_since},
            now=now,
        )


def _notify_disabled(endpoint: WebhookEndpoint, now: datetime) -> None:
    """Notify the customer's other endpoints, and its technical contacts unless the customer was archived."""
    notify(
        organization_id=endpoint.organization_id,
        notice="endpoint.disabled",
        key=f"{endpoint.pk}:{endpoint.version}",
        data={
            **_named(endpoint),
            "since": endpoint.failing_since or endpoint.disabled_at,
            "reason": endpoint.disabled_because,
        },
        now=now,
        mail=endpoint.disabled_because != WebhookEndpoint.DisabledBecause.ORGANIZATION_ARCHIVED,
    )


def _named(endpoint: WebhookEndpoint) -> dict[str, object]:
    return {"id": str(endpoint.pk), "version": endpoint.version, "endpointId": endpoint.pk, "url": endpoint.url}
