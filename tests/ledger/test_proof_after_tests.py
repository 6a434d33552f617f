"""The proof of the books after each test fails a test that leaves them wrong."""

from collections.abc import Iterator
from datetime import datetime
from unittest.mock import Mock

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from apps.tenants.models import Organization
from tests.conftest import prove_books_after
from tests.factories import charge, create_grant, create_organization
from tests.kept_worlds import kept
from tests.table_truncation import without_triggers

pytestmark = [pytest.mark.django_db, pytest.mark.tampers]


@pytest.fixture
def acme(now: datetime) -> Organization:
    organization = create_organization(now)
    create_grant(organization, "10", now)
    charge(organization, "3", now)
    return organization


@pytest.fixture
def proof(acme: Organization) -> Iterator[None]:
    return begin()


def begin() -> Iterator[None]:
    """Begin the proof around a test that uses the database and is not marked as tampering."""
    unmarked = Mock(fixturenames=["db"], **{"node.get_closest_marker.return_value": None})
    around = prove_books_after(unmarked)
    next(around)
    return around


def test_stands_around_every_test(request: pytest.FixtureRequest) -> None:
    assert "_books_balance" in request.fixturenames


def test_passes_what_holds(proof: Iterator[None]) -> None:
    assert next(proof, "proved") == "proved"


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE ledger_account SET balance_micros = balance_micros + 1 WHERE version = 2",
        "DELETE FROM ledger_entry WHERE account_version = 2",
        "UPDATE wallets_grant SET remaining_micros = 0",
        "UPDATE ledger_transfer SET description = 'Other'",  # only the chain of hashes detects it
    ],
)
def test_fails_what_does_not(proof: Iterator[None], edit: str) -> None:
    tamper(edit)
    with pytest.raises(AssertionError, match=r"== \[\]"):
        next(proof)


def tamper(edit: str) -> None:
    connection.check_constraints()
    with without_triggers(connection), connection.cursor() as cursor:
        cursor.execute(edit)


class TestKeptWorld:
    """Rows shared by many tests are proved after each test that changed the books, and after the last test."""

    def test_is_proved_again_only_after_changes(
        self, acme: Organization, now: datetime, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        proofs: list[str] = []
        with kept(django_db_blocker):
            monkeypatch.setattr("tests.conftest.breaks_of_books", lambda: proofs.append("proved") or [])
            next(begin(), None)
            assert proofs == []
            around = begin()
            charge(acme, "1", now, key="another")
            next(around, None)
            assert proofs == ["proved"]

    def test_fails_a_test_that_breaks_it(self, acme: Organization, django_db_blocker: DjangoDbBlocker) -> None:
        with kept(django_db_blocker), transaction.atomic():
            around = begin()
            tamper("UPDATE ledger_transfer SET description = 'Other'")
            with pytest.raises(AssertionError, match=r"== \[\]"):
                next(around)
            transaction.set_rollback(True)

    def test_is_proved_at_its_end(self, acme: Organization, django_db_blocker: DjangoDbBlocker) -> None:
        with pytest.raises(AssertionError, match=r"record 1 \(g1\)"), kept(django_db_blocker):
            tamper("UPDATE ledger_transfer SET description = 'Other'")
