"""Connections to the database are kept; a lost one costs at most one response, a 503 with Retry-After."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Event, Thread
from typing import Any

import pytest
from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.common.queries import prepared_rows
from apps.ledger.models import Book, Hold
from apps.tenants.models import Organization
from apps.tenants.selectors import KNOWN_KEYS
from apps.wallets.errors import BudgetExceeded
from billing_site.postgresql.base import Connection
from tests.api.callers import as_bearer, key_of
from tests.backoffice.people import client_of, create_staff
from tests.factories import charge, create_grant, create_organization, reserve

pytestmark = pytest.mark.django_db(transaction=True)

SUMMARY = "/v1/billing/organization/summary"


@pytest.fixture
def acme(now: datetime) -> Organization:
    organization = create_organization(now)
    create_grant(organization, "10", now)
    return organization


@pytest.fixture
def machine(acme: Organization) -> Client:
    return as_served(Client(headers=as_bearer(key_of(acme)), raise_request_exception=False))


@pytest.fixture
def browser(acme: Organization) -> Client:
    client = as_served(client_of(create_staff("ann", "Administrator")))
    client.raise_request_exception = False
    return client


def as_served(client: Client) -> Client:
    """Send the signals of a request's begin and end, which the test client omits."""
    inner = client.get

    def get(path: str) -> Any:
        close_old_connections()
        try:
            return inner(path)
        finally:
            close_old_connections()

    client.get = get  # type: ignore[method-assign]
    return client


def backend() -> int:
    """Return the server's process id of this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def elsewhere(act: Callable[[], object]) -> None:
    """Run something on its own connection, and wait for it."""

    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join()


def end(pid: int) -> None:
    """End a connection as a restart of the server does, and wait until it has ended."""

    def terminate() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    elsewhere(terminate)


@contextmanager
def ends_before(part: str) -> Iterator[None]:
    """End this connection directly before the first statement that contains a text; one must come."""
    pid, done = backend(), []

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if part in sql and not done:
            done.append(True)
            end(pid)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield
    assert done, f"no statement has {part}"


class TestLost:
    def test_between_requests_nobody_notices(self, machine):
        assert machine.get(SUMMARY).status_code == 200
        before = backend()
        end(before)

        assert machine.get(SUMMARY).status_code == 200
        assert backend() != before

    @pytest.mark.parametrize(
        ("known", "part"),
        [(False, '"tenants_apikey"'), (True, "SELECT version FROM tenants_organization"), (True, "wallet_figures")],
        ids=["while the key is read", "while a known key is checked", "while the summary is read"],
    )
    def test_in_a_request_is_answered_503_and_the_next_one_has_a_new_connection(self, machine, known, part):
        assert machine.get(SUMMARY).status_code == 200
        if not known:
            KNOWN_KEYS.clear()
        before = backend()
        with ends_before(part):
            answer = machine.get(SUMMARY)

        assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
        assert answer["Retry-After"] == "1"
        assert answer.json()["code"] == "unavailable"
        assert machine.get(SUMMARY).status_code == 200
        assert backend() != before

    @pytest.mark.parametrize(
        "part",
        ['"django_session"', '"tenants_organization"."id"'],
        ids=["while the session is read", "while the rows of the page are read"],
    )
    def test_on_a_page_of_staff_is_a_page_with_503_and_the_next_one_has_a_new_connection(self, browser, part):
        page = reverse("admin:tenants_organization_changelist")
        assert browser.get(page).status_code == 200
        before = backend()
        with ends_before(part):
            answer = browser.get(page)

        assert (answer.status_code, answer["Content-Type"]) == (503, "text/html; charset=utf-8")
        assert answer["Retry-After"] == "1"
        text = answer.content.decode()
        assert "<h1>Temporarily unavailable</h1>" in text
        assert f'<a href="{reverse("admin:index")}">Back to Home</a>' in text
        assert browser.get(page).status_code == 200
        assert backend() != before

    def test_in_a_movement_leaves_the_book_as_it_was(self, acme, machine, now):
        """The write is lost with the connection; then the same call succeeds once."""
        machine.get(SUMMARY)
        close_old_connections()
        with ends_before("wallet_write"), pytest.raises(Exception, match=r"clos|terminat"):
            charge(acme, "2", now)
        close_old_connections()
        assert Book.objects.get(pk=acme.pk).number == 1
        charge(acme, "2", now)
        charge(acme, "2", now)
        assert Book.objects.get(pk=acme.pk).number == 2


class TestNotServing:
    @pytest.mark.parametrize(
        "refusing",
        ["SET default_transaction_read_only = on", "SET ROLE pg_monitor"],
        ids=["a database that is read-only", "a role without rights"],
    )
    def test_admits_nothing_and_answers_503(self, acme, refusing):
        gateway = Client(headers=as_bearer(key_of(acme, "reservations:write")), raise_request_exception=False)

        def ask() -> Any:
            headers = {"Idempotency-Key": "call-1"}
            return gateway.post("/v1/billing/reservations", {"amount": "1"}, "application/json", headers=headers)

        with connection.cursor() as cursor:
            cursor.execute(refusing)
        try:
            answer = ask()
        finally:
            connection.close()
        assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "unavailable", "1")
        assert not Hold.objects.exists()
        assert ask().status_code == 201


class TestFrozen:
    def test_is_answered_503_and_the_next_call_has_a_new_connection(self, machine):
        """The server's process stops, as on a machine that hangs; the connection to it stays open."""
        assert machine.get(SUMMARY).status_code == 200
        stopped = backend()
        connection.connection.answer_seconds = 0.5
        os.kill(stopped, signal.SIGSTOP)
        try:
            answer = machine.get(SUMMARY)
        finally:
            os.kill(stopped, signal.SIGCONT)
        assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "unavailable", "1")
        assert machine.get(SUMMARY).status_code == 200
        assert backend() != stopped

    def test_waits_a_little_longer_than_a_statement_may_take(self, monkeypatch):
        monkeypatch.setitem(settings.DATABASE_TIMEOUTS, "statement_timeout", 30)
        connection.close()
        connection.ensure_connection()
        assert connection.connection.answer_seconds == 35
        connection.close()


class TestKept:
    def test_is_checked_without_a_statement(self, machine):
        machine.get(SUMMARY)
        before = backend()
        with CaptureQueriesContext(connection) as captured:
            machine.get(SUMMARY)

        assert "SELECT 1" not in [query["sql"] for query in captured]
        assert backend() == before

    def test_has_the_timeouts_of_the_settings(self):
        with connection.cursor() as cursor:
            for name, seconds in settings.DATABASE_TIMEOUTS.items():
                cursor.execute("SELECT setting::int / 1000 FROM pg_settings WHERE name = %s", [name])
                assert cursor.fetchone() == (seconds or 60,), name  # 60 is set on the tests' database


class TestLocked:
    def test_too_long_is_answered_503(self, acme, now):
        """Another transaction locks the book; a call that gives up has changed nothing."""
        held, done = Event(), Event()

        def hold() -> None:
            try:
                with transaction.atomic():
                    list(Book.objects.select_for_update().filter(pk=acme.pk))
                    held.set()
                    done.wait(30)
            finally:
                connection.close()

        other = Thread(target=hold)
        other.start()
        held.wait(30)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '20ms'")
            with pytest.raises(Exception, match="lock timeout"):
                charge(acme, "1", now)
        finally:
            done.set()
            other.join()
            connection.close()
        assert Book.objects.get(pk=acme.pk).number == 1


class TestPrepared:
    def test_statements_of_movements_stay_so_over_a_hundred_refusals(self, acme, now):
        """A connection prepares each statement once, however many calls are refused."""
        reserve(acme, "1", now, key="first")
        reserve(acme, "1", now, key="second")

        def kept() -> set[str]:
            with connection.cursor() as cursor:
                cursor.execute("SELECT name FROM pg_prepared_statements WHERE statement LIKE 'SELECT wallet\\_%'")
                return {name for (name,) in cursor.fetchall()}

        before = kept()
        for number in range(100):
            with pytest.raises(BudgetExceeded):
                reserve(acme, "9", now, key=f"refused {number}")
        assert len(before) == 2
        assert kept() == before

    def test_of_too_many_statements_the_one_used_least_recently_goes(self, monkeypatch):
        connection.close()
        monkeypatch.setattr(Connection, "MOST_PREPARED", 2)

        for statement in ("SELECT 'a'", "SELECT 'b'", "SELECT 'a'", "SELECT 'c'"):
            prepared_rows(statement)

        with connection.cursor() as cursor:
            cursor.execute("SELECT statement FROM pg_prepared_statements")
            assert {text for (text,) in cursor.fetchall()} == {"SELECT 'a'", "SELECT 'c'"}

    @pytest.mark.parametrize("threshold", [1, None], ids=["prepared", "behind a pooler"])
    def test_in_transactions_and_after_them_answer_alike_where_nothing_is_prepared(self, threshold):
        connection.ensure_connection()
        before, connection.connection.prepare_threshold = connection.connection.prepare_threshold, threshold
        try:
            with transaction.atomic():
                assert prepared_rows("SELECT %s::int, '100%%', %s::bigint[]", [1, [2, 3]]) == [(1, "100%", [2, 3])]
                transaction.set_rollback(True)
            with CaptureQueriesContext(connection) as captured:
                prepared_rows("SELECT %s::int", [5])
            assert [query["sql"] for query in captured] == ["SELECT 5::int"]
            assert prepared_rows("SELECT %s::int, '100%%', %s::bigint[]", [4, []]) == [(4, "100%", [])]
        finally:
            connection.connection.prepare_threshold = before
