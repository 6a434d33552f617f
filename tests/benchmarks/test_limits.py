"""The raw functions of the benchmarks write as many rows to every table as the product does."""

from collections.abc import Callable
from typing import Any, cast

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from apps.common.periods import add_months, midnight, month_of
from apps.payments.handlers.dispatch import handle_event
from apps.usage.services import close_month
from apps.usage.services.locks import lock_organizations
from benchmarks.customers import Customers
from benchmarks.kit.client import Connection
from benchmarks.kit.database import STRIPE_SECRET
from benchmarks.list_pages import pages
from benchmarks.paths import ingest, month, webhook
from benchmarks.paths.movements import REQUESTS, OwnCalls, RawCalls
from benchmarks.rows import make_rows

# The raw functions write arbitrary hashes, so the proof of their books would fail.
pytestmark = [pytest.mark.django_db, pytest.mark.tampers]
Rows = dict[str, int]


class InProcess:
    """Answers the benchmarks' requests in this process."""

    def ask(self, sent: bytes, *, status: int = 200) -> bytes:
        head, _, body = sent.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        method, path, _ = first.split(" ")
        headers = dict(line.split(": ", 1) for line in lines if not line.startswith("Content-Length"))
        kind = headers.pop("Content-Type", "application/json")
        answer = Client().generic(method, path, body, content_type=kind, headers=headers)
        assert answer.status_code == status, answer.content
        return answer.content


@pytest.fixture
def product(settings: Any) -> Connection:
    settings.ROOT_URLCONF = "benchmarks.views"
    settings.STRIPE_WEBHOOK_SECRETS = [STRIPE_SECRET]
    settings.ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
    return cast(Connection, InProcess())


@pytest.fixture
def raw(db: None) -> psycopg.Connection:
    connection.ensure_connection()
    return connection.connection


def rows_left_by(call: Callable[[], object]) -> Rows:
    """Return how many rows a call adds to each table."""
    before = _row_counts()
    call()
    return {table: count - before[table] for table, count in _row_counts().items() if count != before[table]}


def _row_counts() -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        tables = [name for (name,) in cursor.fetchall()]
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables))
        return dict(cursor.fetchall())


@pytest.mark.parametrize("movement", REQUESTS)
def test_movements(movement: str, raw: psycopg.Connection, product: Connection) -> None:
    limit = RawCalls(raw, Customers("raw", 1)).by_name(1)[movement]
    ours = OwnCalls(product, Customers("ours", 1)).by_name(1)[movement]
    left = rows_left_by(limit)
    assert left == rows_left_by(ours)
    assert left


def test_ingest(raw: psycopg.Connection, product: Connection) -> None:
    limited, ours = (Customers(slug, 1).next() for slug in ("raw", "ours"))
    take = ingest.raw_call(raw, limited, ingest.priced_meter(), [list(ingest.events("e", 30))])
    with transaction.atomic():
        lock_organizations([ours.id], now=timezone.now())  # creates its row, as for the raw function
    left = rows_left_by(take)
    assert left == rows_left_by(lambda: product.ask(ingest.sent(ours, ingest.events("e", 30))))


def test_paid_top_ups(raw: psycopg.Connection, product: Connection) -> None:
    (limited,), (ours,) = webhook.top_ups("webhook-raw", 1), webhook.top_ups("webhook", 1)
    take, settle = webhook.raw_calls(raw)
    assert rows_left_by(lambda: take(limited)) == rows_left_by(lambda: webhook.deliver_event(product, ours.body))
    settled = rows_left_by(lambda: handle_event(event_id=ours.event_id, now=timezone.now()))
    assert rows_left_by(lambda: settle(limited)) == settled


def test_month_close(raw: psycopg.Connection) -> None:
    now = timezone.now()
    first = add_months(month_of(now).start.date(), -13)
    (organization_id,) = month.make_organizations(1, [first, add_months(first, -1)])
    close_one = month.raw_call(raw)
    assert rows_left_by(lambda: close_one(organization_id, first, now)) == rows_left_by(
        lambda: close_month(month=month_of(midnight(add_months(first, -1))), closed_by="benchmark", now=now)
    )


def test_every_list_opens_over_rows_in_bulk(client: Client) -> None:
    make_rows(200)
    client.force_login(
        User.objects.create(username="staff", is_staff=True, is_superuser=True),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    statuses = {name: client.get(path).status_code for name, path in pages(200).items()}
    assert {name: status for name, status in statuses.items() if status != 200} == {}
