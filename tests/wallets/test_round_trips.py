"""A movement is two statements: one reads, one writes if the version is unchanged."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from threading import Thread
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.common.money import Micros, to_micros
from apps.ledger.models import Book, Hold, Transfer
from apps.wallets import services
from apps.wallets.errors import BudgetExceeded
from apps.wallets.models import Grant
from apps.wallets.services import books
from tests.factories import capture, cause_of, charge, create_grant, create_organization, reserve

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def acme(now):
    organization = create_organization(now)
    create_grant(organization, "10", now)
    return organization


def statements(work: Callable[[], object]) -> int:
    """Return the number of statements of a piece of work; each is a round trip."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


@contextmanager
def before_writing(act: Callable[[], None], writing: str = "wallet_write") -> Iterator[None]:
    """Call `act` once, right before the first statement that names `writing` is sent; fail if there is none."""
    done: list[bool] = []

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if writing in sql and not done:
            done.append(True)
            act()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield
    assert done, f"no statement names {writing}"


def before_unlocked_writings(act: Callable[[], None]) -> Any:
    """Call `act` right before each write that is sent outside a transaction."""

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "wallet_write" in sql and not connection.in_atomic_block:
            act()
        return execute(sql, params, many, context)

    return connection.execute_wrapper(wrapper)


def elsewhere(act: Callable[[], object]) -> None:
    """Call `act` as another process would, on its own connection and without sharing turns; wait for it."""

    def run() -> None:
        try:
            with transaction.atomic():
                act()
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join()


class TestRoundTrips:
    def test_are_two_for_each_movement(self, acme, now):
        assert statements(lambda: reserve(acme, "3", now)) == 2
        hold = Hold.objects.get()
        later = now + timedelta(hours=1)
        extend = {"organization": acme, "hold_id": hold.pk, "expires_at": later, "now": now}
        assert statements(lambda: services.extend_reservation(**extend)) == 2
        assert statements(lambda: capture(acme, hold.pk, "2", now)) == 2
        other = reserve(acme, "1", now, key="other")
        release = {"organization": acme, "hold_id": other.pk, "now": now}
        assert statements(lambda: services.release_reservation(**release)) == 2
        assert statements(lambda: charge(acme, "1", now)) == 2
        assert statements(lambda: charge(acme, "-0.5", now, key="back")) == 2
        assert statements(lambda: create_grant(acme, "5", now, key="g2")) == 2

    def test_are_two_for_whatever_ends_and_pays_on_the_way(self, acme, now):
        reserve(acme, "9", now, expires_at=now + timedelta(minutes=1))
        charge(acme, "4", now)
        assert statements(lambda: reserve(acme, "2", now + timedelta(minutes=1), key="next")) == 2
        assert Grant.objects.get().remaining_micros == to_micros("6")

    def test_are_one_for_a_repeat_and_for_a_refusal(self, acme, now):
        hold, charged = reserve(acme, "3", now), charge(acme, "1", now)
        assert statements(lambda: reserve(acme, "3", now)) == 1
        assert statements(lambda: charge(acme, "1", now)) == 1
        assert (Hold.objects.get(), Transfer.objects.get(key="c1")) == (hold, charged)

        def refused() -> None:
            with pytest.raises(BudgetExceeded):
                reserve(acme, "7", now, key="too much")

        version = Book.objects.get().version
        assert statements(refused) == 1
        assert Book.objects.get().version == version

    def test_of_many_organizations_charges_are_as_few_as_of_one(self, now):
        customers = [create_organization(now, slug=f"customer-{number}") for number in range(5)]
        charges = [
            services.Charge(
                organization=each,
                amount=Micros(1),
                kind="usage",
                key="same",
                cause=cause_of(each),
                created_by="system:test",
            )
            for each in customers
        ]
        with CaptureQueriesContext(connection) as captured:
            services.charge_many(charges=charges, now=now)
        sent = [query["sql"] for query in captured]
        assert (len([sql for sql in sent if "wallet_" in sql]), len(sent)) == (2, 4)  # the others are BEGIN and COMMIT
        assert Transfer.objects.filter(key="same").count() == 5


class TestStale:
    def test_is_decided_once_more_under_the_lock(self, acme, now):
        """Two calls reserve 6 of 10 at once; the one that writes second finds 4 left."""

        def meanwhile() -> None:
            elsewhere(lambda: reserve(acme, "6", now, key="first"))

        with before_writing(meanwhile), pytest.raises(BudgetExceeded):
            reserve(acme, "6", now, key="second")
        assert Hold.objects.get().key == "first"

    def test_takes_two_statements_more(self, acme, now):
        def meanwhile() -> None:
            elsewhere(lambda: charge(acme, "1", now, key="first"))

        with before_writing(meanwhile), CaptureQueriesContext(connection) as captured:
            charge(acme, "2", now, key="second")
        sent = [query["sql"] for query in captured if "wallet_" in query["sql"]]
        assert len(sent) == 4
        assert Grant.objects.get().remaining_micros == to_micros("7")

    def test_again_within_a_second_opens_with_the_lock(self, acme, now, monkeypatch):
        """While another process keeps writing, at most one unlocked try a second fails; later calls lock at once."""
        clock = [100.0]
        monkeypatch.setattr(books, "monotonic", lambda: clock[0])
        others = count(1)

        def tries() -> list[str]:
            """Return the statements of a charge while another process writes before each of its unlocked writes."""
            key = f"mine {next(others)}"

            def meanwhile() -> None:
                elsewhere(lambda: charge(acme, "0.1", now, key=f"other {next(others)}"))

            with before_unlocked_writings(meanwhile), CaptureQueriesContext(connection) as captured:
                charge(acme, "0.1", now, key=key)
            return [query["sql"] for query in captured if "wallet_" in query["sql"]]

        assert len(tries()) == 4
        assert [len(tries()) for _ in range(3)] == [2, 2, 2]
        clock[0] += 1
        assert len(tries()) == 4


class TestKilled:
    def test_between_the_two_leaves_nothing_and_is_tried_again_exactly(self, acme, now):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]

        def kill() -> None:
            def run() -> None:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

            elsewhere(run)

        with before_writing(kill), pytest.raises(OperationalError):
            charge(acme, "2", now, key="tried twice")
        connection.close()
        assert not Transfer.objects.filter(key="tried twice").exists()
        charge(acme, "2", now, key="tried twice")
        assert Grant.objects.get().remaining_micros == to_micros("8")
        assert list(Transfer.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


@pytest.mark.django_db
def test_opening_a_book_keeps_its_plan() -> None:
    """Without this setting PostgreSQL plans the statements in each call, at ten times the cost of running them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT proconfig FROM pg_proc WHERE proname = 'wallet_open'")
        assert cursor.fetchall() == [(["plan_cache_mode=force_generic_plan"],)]


@pytest.mark.django_db
def test_a_capture_reads_its_own_hold_only(acme, now) -> None:
    """Even with a plan made when the tables were empty, and thus for few holds of a customer."""
    holds = [reserve(acme, "0.01", now, key=f"hold {number}") for number in range(30)]
    with transaction.atomic():
        before = hold_rows_read()
        capture(acme, holds[7].pk, "0.01", now)
        assert hold_rows_read() - before < len(holds)


def hold_rows_read() -> int:
    """Return how many rows of holds this transaction has read by an index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'ledger_hold'")
        return int(cursor.fetchone()[0])
