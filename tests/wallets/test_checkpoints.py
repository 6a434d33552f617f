"""The summary's reconciliation compares with sums of the entries, and detects tampering."""

from datetime import timedelta

import pytest
from django.db import connection

from apps.ledger.models import Account, Checkpoint, Entry
from apps.ledger.services import take_checkpoint
from apps.wallets import services
from apps.wallets.selectors import wallet_figures
from apps.wallets.services import checkpoints
from tests.factories import charge, create_grant, create_organization, reserve
from tests.table_truncation import without_triggers

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def acme(now):
    organization = create_organization(now)
    create_grant(organization, "10", now)
    charge(organization, "3", now)
    reserve(organization, "2", now, expires_at=now + DAY)
    return organization


def difference(organization, now) -> int:
    figures = wallet_figures(organization, now)
    return figures.wallet_row_micros - figures.journal_micros


def tamper(change: str = "amount_micros = amount_micros + 1") -> None:
    with without_triggers(connection), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE ledger_entry SET {change} WHERE id = (SELECT MIN(id) FROM ledger_entry WHERE amount_micros > 0)"
        )


class TestReconciliation:
    def test_shows_no_difference_in_books_kept_by_the_services(self, acme, now):
        assert difference(acme, now) == 0
        services.take_checkpoints(now=now)
        charge(acme, "1", now, key="c2")
        assert difference(acme, now) == 0
        assert difference(acme, now + 2 * DAY) == 0

    @pytest.mark.tampers
    def test_shows_an_entry_that_was_tampered_with(self, acme, now):
        tamper()
        assert difference(acme, now) == -1

    @pytest.mark.tampers
    def test_shows_tampering_behind_a_checkpoint_when_it_is_next_taken(self, acme, now):
        services.take_checkpoints(now=now)
        tamper()
        services.take_checkpoints(now=now + DAY)
        assert difference(acme, now + DAY) == -1


def set_version(version: int) -> None:
    Account.objects.filter(code__endswith=":wallet").update(version=version)


class TestTakeCheckpoints:
    @pytest.mark.tampers
    def test_come_to_an_end_and_name_a_wallet_whose_row_was_tampered_with(self, acme, now, caplog):
        set_version(version=5_000)
        assert [services.take_checkpoints(now=now) for _ in range(2)] == [1, 0]
        assert f"account org:{acme.pk}:wallet differs from its entries" in caplog.text

    def test_say_nothing_of_books_that_are_right(self, acme, now, caplog):
        services.take_checkpoints(now=now)
        assert caplog.text == ""

    def test_say_nothing_of_a_wallet_that_moved_meanwhile(self, acme, now, caplog):
        read_before = Account.objects.get(code__endswith=":wallet")
        charge(acme, "1", now, key="c2")
        checkpoints._compare(read_before, take_checkpoint(read_before, now=now))
        assert caplog.text == ""

    def test_adds_up_each_wallet_once_a_day(self, acme, now):
        assert [services.take_checkpoints(now=now) for _ in range(2)] == [1, 0]
        assert services.take_checkpoints(now=now + DAY) == 1


class TestWritings:
    """A movement that takes a wallet `CHECKPOINT_EVERY` versions past its checkpoint moves the checkpoint."""

    @pytest.fixture(autouse=True)
    def _every_three(self, monkeypatch):
        monkeypatch.setattr("apps.wallets.state.CHECKPOINT_EVERY", 3)

    def test_move_the_checkpoint_on_by_what_came_since(self, acme, now):
        services.take_checkpoints(now=now)
        for number in range(8):
            charge(acme, "0.5", now + timedelta(hours=1), key=f"later {number}")
            checkpoint, wallet = Checkpoint.objects.get(), Account.objects.get(code__endswith=":wallet")
            assert wallet.version - checkpoint.through_version < 3
            entry = Entry.objects.get(account=wallet, account_version=checkpoint.through_version)
            assert checkpoint.entries_micros == entry.balance_after_micros
        assert checkpoint.checked_at == now  # the daily check still adds up all entries
        assert difference(acme, now) == 0

    def test_make_the_first_one(self, acme, now):
        charge(acme, "0.5", now, key="third")
        assert (Checkpoint.objects.get().through_version, Checkpoint.objects.get().entries_micros) == (3, 6_500_000)

    @pytest.mark.tampers
    def test_add_up_entries_and_not_the_balance(self, acme, now):
        services.take_checkpoints(now=now)
        charge(acme, "0.5", now, key="third")
        with without_triggers(connection), connection.cursor() as cursor:
            cursor.execute("UPDATE ledger_entry SET amount_micros = amount_micros - 1 WHERE account_version = 3")
        charge(acme, "0.5", now, key="fourth")
        charge(acme, "0.5", now, key="fifth")
        assert Checkpoint.objects.get().through_version == 5
        assert difference(acme, now) == 1
