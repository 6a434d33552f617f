"""Create, change and delete endpoints."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from apps.tenants.models import Organization
from apps.webhooks.addresses import broken_rule
from apps.webhooks.errors import EndpointNotFound, InvalidEndpoint, RotationUnderWay, TooManyEndpoints
from apps.webhooks.event_types import ANY_TYPE, EVENT_TYPES
from apps.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookSequence
from apps.webhooks.secrets import hint, new_secret, sealed

MOST_ENDPOINTS = 20
State = WebhookEndpoint.State
Because = WebhookEndpoint.DisabledBecause


@dataclass(frozen=True, slots=True)
class EndpointWithSecret:
    """An endpoint and its new secret, which is shown this once."""

    endpoint: WebhookEndpoint
    secret: str


@transaction.atomic
def create_endpoint(
    *, organization: Organization, url: str, types: Sequence[str], description: str, created_by: str, now: datetime
) -> EndpointWithSecret:
    """Create an enabled endpoint that receives these types of events, or all with `*`.

    Raises:
        InvalidEndpoint: the address or the types break a rule.
        TooManyEndpoints: the organization has 20.
    """
    _check(url, types)
    WebhookSequence.objects.bulk_create([WebhookSequence(organization=organization)], ignore_conflicts=True)
    WebhookSequence.objects.select_for_update(no_key=True).get(pk=organization.pk)  # so that two calls cannot create 21
    if WebhookEndpoint.objects.filter(organization=organization).count() >= MOST_ENDPOINTS:
        raise TooManyEndpoints
    secret = new_secret()
    endpoint = WebhookEndpoint.objects.create(
        organization=organization,
        url=url,
        types=sorted(types),
        description=description,
        secret=sealed(secret),
        secret_hint=hint(secret),
        created_by=created_by,
        created_at=now,
        updated_at=now,
    )
    return EndpointWithSecret(endpoint, secret)


@transaction.atomic
def change_endpoint(*, organization: Organization, endpoint_id: UUID, now: datetime, **changed: Any) -> WebhookEndpoint:
    """Change `url`, `types`, `description`, or `is_enabled`.

    Disabling skips pending deliveries. Enabling clears the failures; skipped deliveries are sent only on request.

    Raises:
        EndpointNotFound: the organization has no such endpoint.
        InvalidEndpoint: the address or the types break a rule.
    """
    endpoint = own_endpoint(organization, endpoint_id)
    _check(changed.get("url"), changed.get("types"))
    for name in ("url", "description"):
        setattr(endpoint, name, changed.get(name, getattr(endpoint, name)))
    if "types" in changed:
        endpoint.types = sorted(changed["types"])
    endpoint.updated_at, endpoint.version = now, endpoint.version + 1
    if changed.get("is_enabled") and endpoint.disabled_at is not None:
        endpoint.disabled_at, endpoint.disabled_because, endpoint.told_of = None, "", State.ENABLED
        endpoint.failing_since, endpoint.failures = None, 0
    endpoint.save()
    if changed.get("is_enabled") is False and endpoint.disabled_at is None:
        disable(endpoint, because=Because.REQUESTED, now=now)
    return endpoint


def _check(url: str | None, types: Collection[str] | None) -> None:
    rule = "" if url is None else broken_rule(url, loopback=settings.WEBHOOK_LOOPBACK)
    if rule:
        raise InvalidEndpoint(rule, field="body.url")
    if types is None:
        return
    unknown = sorted(set(types) - set(EVENT_TYPES) - {ANY_TYPE})
    if unknown:
        raise InvalidEndpoint(f"has unknown event types: {', '.join(unknown)}", field="body.types")
    if not types or len(set(types)) < len(types):
        raise InvalidEndpoint("must have at least one type, and none twice", field="body.types")


@transaction.atomic
def delete_endpoint(*, organization: Organization, endpoint_id: UUID) -> None:
    """Delete an endpoint and its deliveries.

    Raises:
        EndpointNotFound: the organization has no such endpoint.
    """
    own_endpoint(organization, endpoint_id).delete()


@transaction.atomic
def rotate_secret(
    *, organization: Organization, endpoint_id: UUID, overlap: timedelta, expire_previous: bool, now: datetime
) -> EndpointWithSecret:
    """Give an endpoint a new secret; until the overlap ends, requests are signed with the previous one too.

    `expire_previous` ends an overlap that is still running, so that the previous secret is invalid at once.

    Raises:
        EndpointNotFound: the organization has no such endpoint.
        RotationUnderWay: an earlier overlap is still running.
    """
    endpoint = own_endpoint(organization, endpoint_id)
    until = endpoint.previous_secret_until
    if until is not None and now < until and not expire_previous:
        raise RotationUnderWay(f"The previous secret is valid until {until:%Y-%m-%dT%H:%M:%SZ}")
    secret = new_secret()
    endpoint.previous_secret, endpoint.previous_secret_until = None, None
    if overlap:
        endpoint.previous_secret, endpoint.previous_secret_until = endpoint.secret, now + overlap
    endpoint.secret, endpoint.secret_hint = sealed(secret), hint(secret)
    endpoint.updated_at, endpoint.version = now, endpoint.version + 1
    endpoint.save()
    return EndpointWithSecret(endpoint, secret)


def own_endpoint(organization: Organization, endpoint_id: UUID) -> WebhookEndpoint:
    """Return an organization's endpoint, locked until the transaction ends.

    Raises:
        EndpointNotFound: the organization has no such endpoint.
    """
    endpoint = locked_endpoint(endpoint_id)
    if endpoint is None or endpoint.organization_id != organization.pk:
        raise EndpointNotFound
    return endpoint


def locked_endpoint(endpoint_id: UUID) -> WebhookEndpoint | None:
    """Return an endpoint, locked until the transaction ends; None if it was deleted."""
    return WebhookEndpoint.objects.select_for_update(no_key=True).filter(pk=endpoint_id).first()


def disable(endpoint: WebhookEndpoint, *, because: Because, now: datetime) -> None:
    """Disable a locked endpoint; pending deliveries and later events are skipped."""
    endpoint.disabled_at, endpoint.disabled_because, endpoint.version = now, because, endpoint.version + 1
    endpoint.save(update_fields=["disabled_at", "disabled_because", "version"])
    WebhookDelivery.objects.filter(endpoint=endpoint, state=WebhookDelivery.State.PENDING).update(
        state=WebhookDelivery.State.SKIPPED, next_try_at=None, leased_until=None
    )
