"""`/metrics`: served requests and backlogs in the Prometheus format, for whoever has `METRICS_TOKEN`.

Requests are counted by django-prometheus' middleware, which the settings add if the token is set; several web workers
share `PROMETHEUS_MULTIPROC_DIR`. Backlogs are read at each scrape.
"""

import secrets
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from apps.backoffice import attention
from apps.outbox import selectors as outbox
from apps.outbox.jobs import HEARTBEAT
from apps.payments import selectors as payments

SECOND = timedelta(seconds=1)


@never_cache
@require_safe
def measured(request: HttpRequest) -> HttpResponse:
    """Return every metric.

    Raises:
        Http404: no token is set.
        PermissionDenied: the request does not carry the token.
    """
    if not settings.METRICS_TOKEN:
        raise Http404
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not secrets.compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
        raise PermissionDenied
    waiting = CollectorRegistry()
    waiting.register(_Waiting())
    text = generate_latest(_requests()) + generate_latest(waiting)
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def _requests() -> CollectorRegistry:
    if not settings.PROMETHEUS_MULTIPROC_DIR:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=settings.PROMETHEUS_MULTIPROC_DIR)  # type: ignore[no-untyped-call]
    return registry


class _Waiting(Collector):
    """Backlogs, read from the database at each scrape by the process that answers it."""

    def collect(self) -> Iterator[Metric]:
        now = timezone.now()
        yield _age(
            "billing_outbox_lag_seconds", "Age of the oldest due message that no worker has taken", outbox.lag(now)
        )
        yield _age("billing_inbox_lag_seconds", "Age of the oldest unapplied Stripe event", payments.inbox_lag(now))
        last = outbox.last_heartbeat(HEARTBEAT)
        if last is not None:
            yield _age(
                "billing_heartbeat_age_seconds",
                "Time since the last heartbeat through beat, broker and worker",
                now - last,
            )
        concerns = GaugeMetricFamily(
            "billing_needs_a_person", "Rows that need staff, as on the home page", labels=["list"]
        )
        for name, count in attention.counts(now).items():
            concerns.add_metric([name], count)
        yield concerns


def _age(name: str, meaning: str, age: timedelta) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value=age / SECOND)
