"""`/metrics`: requests as they were served, and what waits, in Prometheus' format, for whoever has `METRICS_TOKEN`.

Requests are counted by django-prometheus' middlewares, which the settings add with the token; several web workers add
up in `PROMETHEUS_MULTIPROC_DIR`. What waits is read at each call.
"""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Gauge, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from apps.backoffice import attention
from apps.outbox import selectors as outbox
from apps.outbox.tasks import HEARTBEAT
from apps.payments import selectors as payments

SECOND = timedelta(seconds=1)


@never_cache
@require_safe
def measured(request: HttpRequest) -> HttpResponse:
    """Answer with every figure.

    Raises:
        Http404: no token is set.
        PermissionDenied: the request does not bring it.
    """
    if not settings.METRICS_TOKEN:
        raise Http404
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not secrets.compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
        raise PermissionDenied
    text = generate_latest(_requests()) + generate_latest(_waiting(timezone.now()))
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def _requests() -> CollectorRegistry:
    if not settings.PROMETHEUS_MULTIPROC_DIR:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=settings.PROMETHEUS_MULTIPROC_DIR)  # type: ignore[no-untyped-call]
    return registry


def _waiting(now: datetime) -> CollectorRegistry:
    registry = CollectorRegistry()
    _gauge(
        registry, "billing_outbox_lag_seconds", "Age of the oldest due message that no worker is at", outbox.lag(now)
    )
    _gauge(registry, "billing_inbox_lag_seconds", "Age of the oldest Stripe event not applied", payments.inbox_lag(now))
    last = outbox.last_heartbeat(HEARTBEAT)
    if last is not None:
        _gauge(registry, "billing_heartbeat_age_seconds", "Since schedule, broker and worker last met", now - last)
    concerns = Gauge(
        "billing_needs_a_person", "Rows that wait for staff, as home shows them", ["list"], registry=registry
    )
    for name, count in attention.counts(now).items():
        concerns.labels(name).set(count)
    return registry


def _gauge(registry: CollectorRegistry, name: str, meaning: str, age: timedelta) -> None:
    Gauge(name, meaning, registry=registry).set(age / SECOND)
