"""Budgets under concurrency: decided with the wallet, at one version of the book."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction

from apps.wallets import services
from apps.wallets.budgets.scopes import Dimensions
from apps.wallets.models import Bucket
from tests.factories import capture, create_grant, create_organization, reserve
from tests.pricing.factories import make_meter, price
from tests.usage.budgets import assert_proven, held, put_budget, spent
from tests.usage.factories import event, send
from tests.wallets.test_races import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def acme(now):
    organization = create_organization(now)
    create_grant(organization, "10000", now)
    return organization


class TestRaces:
    def test_of_64_clients_of_a_budget_for_ten_ten_are_admitted(self, acme, now):
        put_budget(acme, "day", "10", now)
        put_budget(acme, "user", "1000", now, scope={"user": "*"})
        outcomes = together(64, lambda number: reserve(acme, "1", now, key=f"r{number}", work=Dimensions(user="ann")))
        assert outcomes == {"Hold": 10, "BudgetLimitReached": 54}
        assert (held("day"), held("user", "ann")) == (10, 10)
        assert_proven()

    def test_of_new_users_at_once_each_is_admitted_once(self, acme, now):
        put_budget(acme, "each", "5", now, scope={"user": "*"})
        put_budget(acme, "vip", "50", now, scope={"user": "vip"})
        users = ["vip", *(f"u{number}" for number in range(20))]

        def twice(number):
            user = users[number // 2]
            return reserve(acme, "3", now, key=f"r{number}", work=Dimensions(user=user))

        assert together(2 * len(users), twice) == {"Hold": 22, "BudgetLimitReached": 20}
        assert held("vip") == 6
        assert {held("each", user) for user in users[1:]} == {3}
        assert_proven()

    def test_captures_and_usage_at_once_lose_nothing(self, acme, now):
        price(make_meter("units", "service"), micros_per_million=10**12)
        put_budget(acme, "day", "10000", now)
        put_budget(acme, "web", "10000", now, scope={"project": "web"}, period="month")
        work = Dimensions(project="web")
        holds = [reserve(acme, "2", now, key=f"r{number}", work=work) for number in range(16)]

        def act(number):
            if number % 2:
                return capture(acme, holds[number // 2].pk, "1", now)
            return send(acme, now, event(f"e{number}", "units", quantity=3, project="web"))

        together(32, act)
        assert (spent("day"), spent("web"), held("day")) == (16 * 4, 16 * 4, 0)
        assert Bucket.objects.filter(held_micros__gt=0).count() == 0
        assert_proven()

    def test_a_budget_made_while_work_is_done_knows_all_of_it(self, acme, now):
        price(make_meter("units", "service"), micros_per_million=10**12)

        def act(number):
            if number == 5:
                return put_budget(acme, "day", "10000", now)
            return send(acme, now, event(f"e{number}", "units", quantity=1))

        together(12, act)
        assert spent("day") == 11
        assert_proven()


READ_ALONE = 42


@contextmanager
def reading_that_can_wait() -> Iterator[None]:
    """In the block, make every connection that has read a book wait while another one holds the lock `READ_ALONE`."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER FUNCTION ledger_open RENAME TO ledger_open_itself")
        cursor.execute(f"""
            CREATE FUNCTION ledger_open(book uuid, at timestamptz, query jsonb, lock boolean) RETURNS json
            LANGUAGE plpgsql AS $$
            DECLARE
                opened json := ledger_open_itself(book, at, query, lock);
            BEGIN
                PERFORM pg_advisory_lock_shared({READ_ALONE}), pg_advisory_unlock_shared({READ_ALONE});
                RETURN opened;
            END $$
        """)
        try:
            yield
        finally:
            cursor.execute("DROP FUNCTION ledger_open")
            cursor.execute("ALTER FUNCTION ledger_open_itself RENAME TO ledger_open")


@contextmanager
def read_alone() -> Iterator[None]:
    """Hold the lock `READ_ALONE`, so that other connections wait after reading; this one goes on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [READ_ALONE])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [READ_ALONE])


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)")
        return bool(cursor.fetchone()[0])


def test_a_book_that_moves_while_it_is_read_is_read_again(acme, now):
    put_budget(acme, "each", "1", now, scope={"user": "*"})
    reserve(acme, "1", now, key="first", work=Dimensions(user="ann"), expires_at=now + timedelta(minutes=1))
    later = now + timedelta(minutes=2)

    def reserve_elsewhere():
        try:
            return reserve(acme, "1", later, key="second", work=Dimensions(user="bob"))
        finally:
            connection.close()

    with reading_that_can_wait(), ThreadPoolExecutor(1) as pool:
        with read_alone():
            waiting = pool.submit(reserve_elsewhere)
            while not somebody_waits():
                assert not waiting.done()
            with transaction.atomic():  # as another process would, without sharing a turn
                services.expire_reservations(now=later)
        assert waiting.result().amount_micros == 1_000_000
    assert (held("each", "ann"), held("each", "bob")) == (0, 1)
    assert_proven()
