"""Report endpoints that fail, and disable those that have failed for five days."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from apps.tenants.models import Organization
from apps.webhooks.models import WebhookDelivery, WebhookEndpoint
from apps.webhooks.services.endpoints import Because, State, disable

FAILING_TOLD_AFTER = timedelta(hours=24)
DISABLED_AFTER = timedelta(days=5)
LEAST_FAILURES = 10
RECENT = timedelta(hours=24)


@transaction.atomic
def claim_failing(*, now: datetime) -> list[WebhookEndpoint]:
    """Return, once each, the endpoints that have been failing for a day; the caller notifies their customers."""
    failing = WebhookEndpoint.objects.filter(
        disabled_at=None, failing_since__lte=now - FAILING_TOLD_AFTER, told_of=State.ENABLED
    )
    return _mark_notified(failing, State.FAILING)


@transaction.atomic
def disable_failing(*, now: datetime) -> list[WebhookEndpoint]:
    """Disable the endpoints that fail for too long and those of archived customers.

    Return, once each, those that were not disabled on request; the caller notifies their customers. An endpoint fails
    for too long after five days without success, with at least ten failures and one in the last day. An archived
    customer's endpoint still gets its pending deliveries.
    """
    enabled = WebhookEndpoint.objects.select_for_update(no_key=True).filter(disabled_at=None)
    dead = enabled.filter(
        failing_since__lte=now - DISABLED_AFTER, failures__gte=LEAST_FAILURES, last_failure_at__gt=now - RECENT
    )
    for endpoint in dead:
        disable(endpoint, because=Because.FAILING, now=now)
    pending = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"), state=WebhookDelivery.State.PENDING)
    archived = enabled.filter(~Exists(pending), organization__status=Organization.Status.ARCHIVED)
    for endpoint in archived.select_for_update(no_key=True, of=("self",)):
        disable(endpoint, because=Because.ORGANIZATION_ARCHIVED, now=now)
    untold = WebhookEndpoint.objects.filter(disabled_at__isnull=False).exclude(told_of=State.DISABLED)
    return _mark_notified(untold.exclude(disabled_because=Because.REQUESTED), State.DISABLED)


def _mark_notified(untold: QuerySet[WebhookEndpoint], state: State) -> list[WebhookEndpoint]:
    """Mark endpoints as notified and return them; a concurrent run skips them."""
    endpoints = list(untold.select_for_update(no_key=True, skip_locked=True).order_by("pk"))
    WebhookEndpoint.objects.filter(pk__in=[each.pk for each in endpoints]).update(told_of=state)
    return endpoints
