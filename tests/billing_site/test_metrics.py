"""Metrics: for the token only, with lags and the counts of rows that wait for staff."""

from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.utils import timezone

from apps.outbox import jobs, services
from apps.outbox.tasks import HEARTBEAT
from apps.payments.models import StripeEvent
from apps.payments.selectors import inbox_lag

pytestmark = pytest.mark.django_db
TOKEN = "monitoring-" + "m" * 30
BEFORE = "django_prometheus.middleware.PrometheusBeforeMiddleware"
AFTER = "django_prometheus.middleware.PrometheusAfterMiddleware"


@pytest.fixture
def scrape(settings, client):
    """Return a function that reads the figures by name and labels."""
    cache.clear()  # what waits is kept for half a minute
    settings.METRICS_TOKEN = TOKEN
    settings.MIDDLEWARE = [BEFORE, *configured.MIDDLEWARE, AFTER]

    def read():
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
        return {name: float(figure) for name, figure in (line.rsplit(" ", 1) for line in lines)}

    return read


def received(event_id, at, state="received"):
    return StripeEvent.objects.create(
        event_id=event_id,
        type="charge.succeeded",
        livemode=False,
        payload="{}",
        state=state,
        created_at=at,
        received_at=at,
        next_attempt_at=at,
        settled_at=None if state == "received" else at,
    )


def test_does_not_exist_without_a_token(client):
    assert client.get("/metrics").status_code == 404


@pytest.mark.parametrize("header", ["", "Bearer ", f"Bearer {TOKEN}x", "Bearer \u00e9"])
def test_is_for_the_token_alone(settings, client, header):
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics", headers={"Authorization": header}).status_code == 403


def test_says_how_long_work_has_been_waiting(scrape):
    now = timezone.now()
    services.enqueue("outbox.heartbeat", now=now - timedelta(seconds=500), arguments={})
    received("evt_1", now - timedelta(seconds=90))
    jobs.start_job(job=HEARTBEAT, gap=timedelta(0), now=now)
    jobs.finish_job(job=HEARTBEAT, error="", now=now - timedelta(seconds=30))
    figures = scrape()
    assert 500 <= figures["billing_outbox_lag_seconds"] < 600
    assert 90 <= figures["billing_inbox_lag_seconds"] < 190
    assert 30 <= figures["billing_heartbeat_age_seconds"] < 130


def test_counts_what_needs_a_person_as_home_does(scrape):
    received("evt_2", timezone.now(), "parked")
    figures = scrape()
    assert figures['billing_needs_a_person{list="payments.StripeEvent"}'] == 1
    assert figures['billing_needs_a_person{list="approvals.Approval"}'] == 0


def test_counts_requests_by_view(scrape, client):
    name = 'django_http_requests_total_by_view_transport_method_total{method="GET",transport="http",view="org-billing"}'
    before = scrape().get(name, 0)
    client.get("/api/v1/org/billing")
    assert scrape()[name] == before + 1


def test_an_event_that_is_applied_or_parked_waits_no_more(now):
    received("evt_3", now - timedelta(hours=1), "parked")
    assert inbox_lag(now) == timedelta(0)


def test_several_workers_add_up(scrape, settings, tmp_path):
    settings.PROMETHEUS_MULTIPROC_DIR = str(tmp_path)
    assert scrape()["billing_outbox_lag_seconds"] == 0
