"""check_ledger passes on books kept by the services, and names any tampered row."""

import io

import pytest
from django.core.management import call_command
from django.db import connection

from apps.wallets.consistency import book_mismatches
from apps.wallets.services import revoke_grant
from tests.factories import capture, cause_of, charge, create_grant, create_organization, reserve
from tests.table_truncation import without_triggers

pytestmark = pytest.mark.django_db

FIRST_ENTRY = "id = (SELECT MIN(id) FROM ledger_entry)"
LAST_ENTRY = "id = (SELECT MAX(id) FROM ledger_entry)"
A_WALLET = "code LIKE '%:wallet'"


@pytest.fixture
def books(now):
    organization = create_organization(now)
    create_grant(organization, "10", now)
    create_grant(organization, "4.5", now, key="g2", source="top_up", paid_micros=4_500_000)
    charge(organization, "12.000001", now)
    capture(organization, reserve(organization, "2", now).pk, "1.25", now)
    reserve(organization, "0.5", now, key="r2")
    charge(organization, "-0.25", now, key="back")
    revoke_grant(
        grant=create_grant(organization, "1", now, key="taken"),
        cause=cause_of(organization),
        reason="Misused",
        created_by="staff:ann",
        now=now,
    )
    return organization


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=out)
    return out.getvalue()


def tamper(sql: str) -> str:
    with without_triggers(connection), connection.cursor() as cursor:
        cursor.execute(sql)
    with pytest.raises(SystemExit) as stopped:
        call_command("check_ledger", stdout=io.StringIO(), stderr=io.StringIO())
    assert stopped.value.code == 1
    return "\n".join(str(each) for each in book_mismatches())


class TestCheckLedger:
    def test_is_green_on_books_kept_by_the_services(self, books):
        assert run("check_ledger") == "The books are intact: 1 proven.\n"
        assert book_mismatches() == book_mismatches(books.pk) == []

    @pytest.mark.tampers
    @pytest.mark.parametrize(
        ("table", "change", "which", "rule"),
        [
            ("ledger_entry", "amount_micros = amount_micros + 1", FIRST_ENTRY, "sum of its entries"),
            ("ledger_account", "balance_micros = balance_micros + 1", A_WALLET, "add up to zero"),
            ("ledger_account", "version = version + 1", A_WALLET, "number of its entries"),
            ("ledger_entry", "account_version = account_version + 100", LAST_ENTRY, "without a gap"),
            ("ledger_entry", "balance_after_micros = 3", FIRST_ENTRY, "follows from the one before"),
            ("ledger_transfer", "amount_micros = amount_micros + 1", "kind = 'usage'", "two entries"),
            ("ledger_account", "held_micros = held_micros + 1", A_WALLET, "pending holds"),
            ("wallets_grant", "remaining_micros = amount_micros", "key = 'g1'", "amount less its consumption"),
            ("wallets_grant", "held_micros = 0", "1 = 1", "slices in pending holds"),
            ("wallets_daytotal", "amount_micros = 0", "1 = 1", "day totals"),
            ("wallets_daytotal", "day = '2020-01-01'", "kind = 'usage'", "day totals"),
            ("wallets_grant", "lapsed_micros = 1", "key = 'g1'", "sum of its expiries"),
            ("wallets_chargenet", "amount_micros = amount_micros + 1", "1 = 1", "has a net amount"),
            ("wallets_chargenet", "undone_micros = 1", "1 = 1", "transfers that undid it"),
            ("wallets_chargereversal", "amount_micros = amount_micros * 2", "1 = 1", "at most its own amount"),
            ("ledger_hold", "captured_micros = captured_micros - 1", "status = 'captured'", "the amount charged"),
            ("wallets_grant", "expires_at = NULL", "key = 'taken'", "has ended"),
            ("wallets_daytotal", "kind = 'dispute'", "kind = 'usage'", "day totals"),
        ],
    )
    def test_names_what_was_tampered_with(self, books, table, change, which, rule):
        assert rule in tamper(f"UPDATE {table} SET {change} WHERE {which}")

    @pytest.mark.tampers
    def test_misses_no_entry_that_was_taken_away(self, books):
        assert "two entries" in tamper(f"DELETE FROM ledger_entry WHERE {LAST_ENTRY}")
