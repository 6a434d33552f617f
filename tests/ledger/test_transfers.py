"""Posting: double entry, append-only, once per key."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from apps.common.causes import Cause
from apps.common.money import Micros
from apps.ledger import services
from apps.ledger.causes import TRANSFER
from apps.ledger.errors import IdempotencyMismatch, InvalidAmount, UnitMismatch, UnknownAccount
from apps.ledger.models import Account, Entry, Transfer
from apps.ledger.services import PostedWith, TransferRequest
from apps.tenants.causes import ORGANIZATION
from apps.tenants.models import Organization
from tests.table_truncation import without_triggers

pytestmark = pytest.mark.django_db
BOOK = UUID("9b2f6c1e-0d1a-4c55-8a2e-5f1f0a7b3c10")
CAUSE = ORGANIZATION.of(BOOK)


@pytest.fixture(autouse=True)
def accounts(now):
    Organization.objects.create(pk=BOOK, name="Acme", slug="acme", created_at=now, updated_at=now)
    services.open_book(book_id=BOOK, unit="USD", now=now)
    services.open_accounts(book_id=BOOK, roles={code: code for code in "abc"}, unit="USD", now=now)
    services.open_accounts(book_id=BOOK, roles={"yen": "a"}, unit="JPY", now=now)


def request(key="k1", source="a", destination="b", amount=5, **fields) -> TransferRequest:
    return TransferRequest(BOOK, key, source, destination, Micros(amount), "test", "system:test", CAUSE, **fields)


def balances() -> dict[str, int]:
    return dict(Account.objects.values_list("code", "balance_micros"))


class TestPost:
    def test_lowers_the_source_and_raises_the_destination(self, now):
        services.post([request(amount=5)], now=now)
        assert balances() == {"a": -5, "b": 5, "c": 0, "yen": 0}

    def test_numbers_each_account_s_entries_and_keeps_the_running_balance(self, now):
        services.post([request("k1", amount=5), request("k2", "b", "a", 2)], now=now)
        rows = Entry.objects.filter(account__code="a").order_by("account_version")
        assert list(rows.values_list("account_version", "amount_micros", "balance_after_micros")) == [
            (1, -5, -5),
            (2, 2, -3),
        ]

    def test_returns_the_first_transfer_for_a_repeated_key(self, now):
        first = services.post([request()], now=now)
        again = services.post([request()], now=now)
        assert again == first
        assert balances()["b"] == 5

    def test_returns_one_transfer_for_a_key_twice_in_a_call(self, now):
        first, second = services.post([request(), request()], now=now)
        assert first is second
        assert balances()["b"] == 5

    @pytest.mark.parametrize("other", [{"amount": 6}, {"destination": "c"}, {"source": "c"}, {"facts": {"grant": 1}}])
    def test_refuses_a_key_with_other_inputs(self, now, other):
        services.post([request()], now=now)
        with pytest.raises(IdempotencyMismatch):
            services.post([request(**other)], now=now)

    @pytest.mark.parametrize("amount", [0, -1, 2**63])
    def test_refuses_amounts_that_are_not_positive_or_do_not_fit(self, now, amount):
        with pytest.raises(InvalidAmount):
            services.post([request(amount=amount)], now=now)

    def test_refuses_a_balance_that_would_not_fit(self, now):
        services.post([request(amount=2**63 - 1)], now=now)
        with pytest.raises(InvalidAmount):
            services.post([request("k2", amount=1)], now=now)

    def test_keeps_what_caused_it(self, now):
        (transfer,) = services.post([request()], now=now)
        transfer.refresh_from_db()
        assert (transfer.cause_type, transfer.cause_id) == ("tenants.organization", CAUSE.id)

    def test_names_the_transfer_that_it_is_posted_with_whatever_their_order(self, now):
        beside = replace(request("k2", "b", "c", 1), cause=PostedWith("k1"))
        _, first = services.post([beside, request("k1")], now=now)
        assert Transfer.objects.get(key="k2").cause == TRANSFER.of(first.number)

    def test_refuses_a_cause_that_no_app_has_registered(self, now):
        with pytest.raises(ValueError, match=r"nobody\.knows"):
            services.post([replace(request(), cause=Cause("nobody.knows", "1"))], now=now)
        assert not Transfer.objects.exists()

    @pytest.mark.parametrize(("kind", "key"), [("", "1"), ("x", ""), ("x" * 49, "1"), ("x", "1" * 65)])
    def test_has_no_empty_cause_and_none_that_does_not_fit(self, kind, key):
        with pytest.raises(ValueError, match="not a cause"):
            Cause(kind, key)

    def test_refuses_two_units(self, now):
        with pytest.raises(UnitMismatch):
            services.post([request(destination="yen")], now=now)

    def test_refuses_an_unknown_account(self, now):
        with pytest.raises(UnknownAccount):
            services.post([request(destination="nowhere")], now=now)

    def test_posts_nothing_of_a_batch_with_a_bad_one(self, now):
        with pytest.raises(UnitMismatch):
            services.post([request(), request("k2", destination="yen")], now=now)
        assert balances()["b"] == 0

    @pytest.mark.parametrize("size", [1, 40])
    def test_costs_the_same_number_of_statements_for_any_batch(self, now, size, django_assert_num_queries):
        requests = [request(f"k{number}") for number in range(size)]
        with django_assert_num_queries(3):
            services.post(requests, now=now)


class TestAppendOnly:
    @pytest.mark.parametrize("table", ["ledger_transfer", "ledger_entry"])
    @pytest.mark.parametrize("change", ["UPDATE {} SET amount_micros = 7", "DELETE FROM {}"])
    def test_the_database_refuses_to_change_what_was_posted(self, now, table, change):
        services.post([request()], now=now)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change.format(table))
        assert Transfer.objects.get().amount_micros == 5

    def test_the_database_refuses_to_truncate(self, now):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE ledger_entry CASCADE")

    def test_the_database_refuses_a_transfer_to_the_same_account(self, now):
        with pytest.raises(DatabaseError), transaction.atomic():
            services.post([request(destination="a")], now=now)

    @pytest.mark.tampers
    def test_a_superuser_without_triggers_could(self, now):
        services.post([request()], now=now)
        with without_triggers(connection), connection.cursor() as cursor:
            cursor.execute("UPDATE ledger_entry SET amount_micros = 7 WHERE amount_micros > 0")
        assert Entry.objects.filter(amount_micros=7).exists()
