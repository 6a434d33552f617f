"""Rows written without the ORM are the rows it would have written."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from apps.common.writing import insert_rows, insert_unless_taken, update_rows
from apps.ledger.models import Account, Book, Hold, Transfer
from apps.outbox.models import OutboxMessage

pytestmark = [pytest.mark.django_db, pytest.mark.tampers]


def accounts(now, count, first=0):
    """Accounts that are not written yet, each in a book of its own."""
    books = [
        Book(id=UUID(int=number), unit="USD", head=bytes(32), opened_at=now) for number in range(first, first + count)
    ]
    Book.objects.bulk_create(books, ignore_conflicts=True)
    return [
        Account(code=f"a{number}", book_id=UUID(int=number), role="a", unit="USD", created_at=now)
        for number in range(first, first + count)
    ]


def plain(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


class TestInsert:
    @pytest.mark.parametrize("count", [0, 1, 2, 400])
    def test_gives_every_row_its_own_key(self, now, count):
        rows = accounts(now, count)
        insert_rows(rows)
        assert {row.pk: plain(row) for row in rows} == {row.pk: plain(row) for row in Account.objects.all()}
        assert len({row.pk for row in rows}) == count

    def test_writes_what_the_orm_would(self, now):
        insert_rows(source_and_destination := accounts(now, 2))
        source, destination = source_and_destination
        row = Transfer(
            book_id=source.book_id,
            number=1,
            hash=bytes(range(32)),
            key="k%s'\"",
            fingerprint="f",
            source=source,
            destination=destination,
            amount_micros=2**62,
            kind="usage",
            description="é 100 %",
            created_by="x",
            cause_type="tenants.organization",
            cause_id="1",
            metadata={"a": [1, None, "ü'"], "b": {"c": True}},
            effective_at=now - timedelta(microseconds=1),
            recorded_at=now,
        )
        insert_rows([row])
        assert plain(Transfer.objects.get()) == plain(row)
        assert Transfer.objects.get(metadata__b__c=True).pk == row.pk

    def test_keeps_the_key_that_a_row_has(self, now):
        insert_rows(account := accounts(now, 1))
        hold = Hold(
            book_id=account[0].book_id,
            account=account[0],
            key="h",
            fingerprint="f",
            amount_micros=1,
            created_by="x",
            created_at=now,
        )
        key = hold.pk
        insert_rows([hold])
        assert plain(Hold.objects.get(pk=key)) == plain(hold)

    def test_leaves_rows_that_can_be_saved_again(self, now):
        insert_rows(rows := accounts(now, 1))
        rows[0].balance_micros = 5
        rows[0].save()
        assert list(Account.objects.values_list("balance_micros", flat=True)) == [5]

    def test_meets_the_constraints(self, now):
        insert_rows(accounts(now, 1))
        with pytest.raises(IntegrityError), transaction.atomic():
            insert_rows(accounts(now, 1))

    def test_says_when_another_has_the_place(self, now):
        assert insert_unless_taken(accounts(now, 2))
        assert not insert_unless_taken(accounts(now, 2, first=1))
        assert Account.objects.filter(code="a1").count() == 1


class TestUpdate:
    @pytest.mark.parametrize("count", [1, 2, 40])
    def test_writes_each_row_its_own_values_and_no_other(self, now, count, django_assert_num_queries):
        insert_rows(rows := accounts(now, count + 1))
        for number, row in enumerate(rows):
            row.balance_micros, row.version, row.unit = -number, number, "EUR"
        with django_assert_num_queries(1):
            update_rows(rows[:count], "balance_micros", "version")
        found = Account.objects.order_by("pk").values_list("balance_micros", "version", "unit")
        assert list(found) == [(-number, number, "USD") for number in range(count)] + [(0, 0, "USD")]

    def test_writes_moments_and_texts(self, now):
        rows = [OutboxMessage(task=f"t{n}", available_at=now, next_send_at=now, created_at=now) for n in range(3)]
        insert_rows(rows)
        for number, row in enumerate(rows):
            row.next_send_at, row.last_error, row.state = now + timedelta(microseconds=number), f"e'{number}", "sent"
        update_rows(rows, "next_send_at", "last_error", "state")
        assert [plain(row) for row in OutboxMessage.objects.order_by("pk")] == [plain(row) for row in rows]

    def test_of_nothing_asks_nothing(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            update_rows([], "version")
