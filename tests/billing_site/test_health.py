"""The probes: /healthz checks only the process, /readyz names each part that does not work."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from apps.outbox import jobs, services
from apps.outbox.jobs import HEARTBEAT

pytestmark = pytest.mark.django_db


@pytest.fixture
def beating():
    """A heartbeat just now."""
    now = timezone.now()
    jobs.start_job(job=HEARTBEAT, gap=timedelta(0), now=now)
    jobs.finish_job(job=HEARTBEAT, error="", now=now)


def broken(response) -> dict[str, str]:
    checks = response.json()["checks"]
    return {name: check["detail"] for name, check in checks.items() if not check["ok"]}


class TestAlive:
    def test_answers_without_the_database(self, client, django_assert_num_queries):
        with django_assert_num_queries(0):
            response = client.get("/healthz")

        assert (response.status_code, response.json()) == (200, {"status": "ok"})

    def test_takes_only_reads(self, client):
        assert client.post("/healthz").status_code == 405


class TestReady:
    def test_names_each_check(self, client, beating):
        response = client.get("/readyz")

        assert response.status_code == 200
        assert set(response.json()["checks"]) == {"database", "migrations", "heartbeat", "outbox", "partitions"}

    def test_is_never_cached(self, client, beating):
        assert "no-store" in client.get("/readyz")["Cache-Control"]

    def test_asks_the_same_few_statements_each_time(self, client, beating, django_assert_max_num_queries):
        client.get("/readyz")

        with django_assert_max_num_queries(6):
            client.get("/readyz")

    def test_an_unapplied_migration_is_named(self, client, beating):
        MigrationRecorder(connection).record_unapplied("outbox", "0001_initial")

        response = client.get("/readyz")

        assert response.status_code == 503
        assert broken(response) == {"migrations": "1 not applied, first outbox.0001_initial"}

    def test_no_heartbeat_yet_is_not_ready(self, client):
        assert list(broken(client.get("/readyz"))) == ["heartbeat"]

    def test_an_old_heartbeat_is_not_ready(self, client):
        then = timezone.now() - timedelta(minutes=3)
        jobs.start_job(job=HEARTBEAT, gap=timedelta(0), now=then)
        jobs.finish_job(job=HEARTBEAT, error="", now=then)

        assert broken(client.get("/readyz")) == {"heartbeat": "the last one was 180 s ago"}

    def test_messages_that_nobody_takes_are_not_ready(self, client, beating):
        services.enqueue("test.work", now=timezone.now() - timedelta(minutes=5))

        assert broken(client.get("/readyz")) == {"outbox": "the oldest message has been waiting for 300 s"}

    def test_a_database_that_refuses_is_reported_not_raised(self, client, monkeypatch):
        with monkeypatch.context() as patch:
            patch.setattr(connection, "cursor", refuse)
            response = client.get("/readyz")

        assert response.status_code == 503
        assert broken(response)["database"] == "the database refused: OperationalError"


def refuse(*_args, **_options):
    raise OperationalError("no")
