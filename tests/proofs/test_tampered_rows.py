"""Edits by the database's owner, with all triggers switched off, are found and named.

Each edit is made as consistent as possible: an amount is changed in every row that has it, and in the sums.
"""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from apps.ledger.models import Book, BookNote, Transfer
from apps.ledger.services import take_checkpoint
from apps.proofs import services
from apps.proofs.models import DayRoot
from apps.tenants.models import Organization
from apps.wallets.models import Grant, Wallet
from apps.wallets.services import revoke_grant
from tests.factories import capture, cause_of, charge, create_grant, create_organization, reserve
from tests.kept_worlds import kept
from tests.pricing.factories import make_meter, price
from tests.table_truncation import without_triggers

pytestmark = [pytest.mark.django_db, pytest.mark.tampers]

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
AFTER_MIDNIGHT = datetime(2026, 11, 19, 0, 5, tzinfo=UTC)


def edit(sql: str) -> None:
    connection.check_constraints()
    with without_triggers(connection), connection.cursor() as cursor:
        for each in sql.split(";"):
            cursor.execute(each)


def check(*options: str) -> list[str]:
    """Return what check_ledger names."""
    out = io.StringIO()
    try:
        call_command("check_ledger", *options, stdout=out, stderr=out)
    except SystemExit:
        return out.getvalue().strip().splitlines()
    return []


def create_acme(now: datetime) -> Organization:
    """A customer with grants of all kinds, charges, reservations, a revocation and a day's root."""
    organization = create_organization(now)
    create_grant(organization, "10", now)
    create_grant(organization, "4.5", now, key="g2", source="top_up", paid_micros=4_500_000)
    charge(organization, "3", now, key="c1", tokens=100, metadata={"note": "first"})
    charge(organization, "4", now, key="c2", tokens=200)
    capture(organization, reserve(organization, "2", now).pk, "1.25", now)
    reserve(organization, "0.5", now, key="r2")
    charge(organization, "-0.25", now, key="back")
    given = create_grant(organization, "1", now, key="taken", expires_at=now + timedelta(days=30))
    revoke_grant(grant=given, reason="Misused", created_by="staff:ann", cause=cause_of(organization), now=now)
    held = create_grant(organization, "1", now, key="held", priority=1)
    reserve(organization, "1", now, key="r3")
    revoke_grant(grant=held, reason="Misused", created_by="staff:ann", cause=cause_of(organization), now=now)
    charge(organization, "9", now, key="c3")
    create_grant(organization, "2", now, key="late")
    take_checkpoint(Wallet.objects.get(organization=organization).account, now=now)
    price(make_meter("call", "service"), micros_per_million=1)
    Group.objects.create(name="auditors")
    services.seal_day(now=AFTER_MIDNIGHT)
    return organization


@pytest.fixture(scope="module")
def acme(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Organization]:
    with kept(django_db_blocker):
        yield create_acme(NOON)


def number_of(key: str) -> int:
    return Transfer.objects.get(key=key).number


# Lowers the amount of the charge c2 by a cent, in every row that has it and in every sum that includes it.
EVERYWHERE = """
UPDATE ledger_transfer SET amount_micros = amount_micros - 10000 WHERE key = 'c2';
UPDATE ledger_entry SET amount_micros = amount_micros + 10000 WHERE amount_micros < 0
  AND transfer_id = (SELECT id FROM ledger_transfer WHERE key = 'c2');
UPDATE ledger_entry SET amount_micros = amount_micros - 10000 WHERE amount_micros > 0
  AND transfer_id = (SELECT id FROM ledger_transfer WHERE key = 'c2');
UPDATE ledger_entry e SET balance_after_micros = balance_after_micros + 10000 FROM ledger_account a
  WHERE a.id = e.account_id AND a.code LIKE '%:wallet'
  AND e.transfer_id >= (SELECT id FROM ledger_transfer WHERE key = 'c2');
UPDATE ledger_entry e SET balance_after_micros = balance_after_micros - 10000 FROM ledger_account a
  WHERE a.id = e.account_id AND a.code LIKE '%:revenue'
  AND e.transfer_id >= (SELECT id FROM ledger_transfer WHERE key = 'c2');
UPDATE ledger_account SET balance_micros = balance_micros + 10000 WHERE code LIKE '%:wallet';
UPDATE ledger_account SET balance_micros = balance_micros - 10000 WHERE code LIKE '%:revenue';
UPDATE wallets_chargenet SET amount_micros = amount_micros - 10000
  WHERE transfer_id = (SELECT id FROM ledger_transfer WHERE key = 'c2');
UPDATE wallets_consumption SET amount_micros = amount_micros - 10000
  WHERE transfer_id = (SELECT id FROM ledger_transfer WHERE key = 'c2');
UPDATE wallets_grant SET remaining_micros = remaining_micros + 10000 WHERE key = 'late';
UPDATE wallets_daytotal SET amount_micros = amount_micros + 10000 WHERE kind = 'usage';
UPDATE ledger_checkpoint SET entries_micros = entries_micros + 10000
"""
ONE = "WHERE key = 'c2'"
ENTRY = "WHERE amount_micros < 0 AND transfer_id = (SELECT id FROM ledger_transfer WHERE key = 'c2')"
CONSUMED = "WHERE transfer_id = (SELECT id FROM ledger_transfer WHERE key = 'c2')"

# The kind of edit, what is done, and what check_ledger says of it: the record's key (or another place) and the rule.
EDITS = [
    ("an amount, changed in all rows and sums", EVERYWHERE, "c2", "R1"),
    ("a transfer's amount", f"UPDATE ledger_transfer SET amount_micros = 5 {ONE}", "c2", "R1"),
    ("an entry's amount", f"UPDATE ledger_entry SET amount_micros = -5 {ENTRY}", "c2", "R1"),
    ("a balance after", f"UPDATE ledger_entry SET balance_after_micros = 5 {ENTRY}", "c2", "R1"),
    (
        "an entry's account",
        f"UPDATE ledger_entry SET account_id = (SELECT MIN(id) FROM ledger_account WHERE code LIKE '%:cash') {ENTRY}",
        "c2",
        "R1",
    ),
    (
        "an entry's moment",
        f"UPDATE ledger_entry SET effective_at = effective_at + interval '1 day' {ENTRY}",
        "c2",
        "R1",
    ),
    ("a description", f"UPDATE ledger_transfer SET description = 'Gift' {ONE}", "c2", "R1"),
    ("an actor", f"UPDATE ledger_transfer SET created_by = 'staff:bob' {ONE}", "c2", "R1"),
    ("a cause", f"UPDATE ledger_transfer SET cause_id = 'another' {ONE}", "c2", "R1"),
    ("metadata", f"UPDATE ledger_transfer SET metadata = '{{\"tokens\": 201}}' {ONE}", "c2", "R1"),
    ("a key", f"UPDATE ledger_transfer SET key = 'c2x' {ONE}", "c2x", "R1"),
    ("a fingerprint", f"UPDATE ledger_transfer SET fingerprint = repeat('0', 64) {ONE}", "c2", "R1"),
    ("a kind", f"UPDATE ledger_transfer SET kind = 'service' {ONE}", "c2", "R1"),
    (
        "when it counts",
        "UPDATE ledger_transfer SET effective_at = effective_at - interval '40 days' WHERE key = 'c2';"
        f"UPDATE ledger_entry SET effective_at = effective_at - interval '40 days' {CONSUMED}",
        "c2",
        "R1",
    ),
    (
        "when it was recorded",
        "UPDATE ledger_transfer SET recorded_at = recorded_at - interval '1 hour' WHERE key = 'c2';"
        f"UPDATE ledger_entry SET recorded_at = recorded_at - interval '1 hour' {CONSUMED}",
        "c2",
        "R1",
    ),
    (
        "what it reverses",
        f"UPDATE ledger_transfer SET reverses_id = (SELECT MIN(id) FROM ledger_transfer) {ONE}",
        "c2",
        "R1",
    ),
    ("what a grant paid", f"UPDATE wallets_consumption SET amount_micros = amount_micros - 1 {CONSUMED}", "c2", "R1"),
    (
        "which grant paid",
        f"UPDATE wallets_consumption SET grant_id = (SELECT id FROM wallets_grant WHERE key = 'late') {CONSUMED}",
        "c2",
        "R1",
    ),
    (
        "two records, exchanged",
        "UPDATE ledger_transfer SET number = 1000000 WHERE key = 'c1';"
        "UPDATE ledger_transfer SET number = number - 1 WHERE key = 'c2';"
        "UPDATE ledger_transfer SET number = 1 + (SELECT number FROM ledger_transfer WHERE key = 'c2')"
        " WHERE key = 'c1'",
        "c2",
        "R1",
    ),
    ("a note's body", "UPDATE ledger_booknote SET body = jsonb_set(body, '{to}', '5')", "grant_end", "R1"),
    ("a grant's source", "UPDATE wallets_grant SET source = 'adjustment' WHERE key = 'g1'", "g1", "R5"),
    ("a grant's priority", "UPDATE wallets_grant SET priority = 1 WHERE key = 'g1'", "g1", "R5"),
    ("a grant's end", "UPDATE wallets_grant SET expires_at = now() WHERE key = 'late'", "late", "R5"),
    ("the end of a revoked grant", "UPDATE wallets_grant SET expires_at = NULL WHERE key = 'held'", "held", "R5"),
    ("a grant's start", "UPDATE wallets_grant SET starts_at = now() WHERE key = 'late'", "late", "R5"),
    ("what was paid for a grant", "UPDATE wallets_grant SET paid_micros = 1 WHERE key = 'g2'", "g2", "R5"),
    ("whether a grant was paid for", "UPDATE wallets_grant SET is_paid = TRUE WHERE key = 'g1'", "g1", "R5"),
    ("a grant's key", "UPDATE wallets_grant SET key = 'g9' WHERE key = 'g1'", "g1", "R5"),
    ("a grant's rest", "UPDATE wallets_grant SET remaining_micros = 1 WHERE key = 'late'", "late", "R6"),
    (
        "an account's balance",
        "UPDATE ledger_account SET balance_micros = 5 WHERE code LIKE '%:wallet'",
        ":wallet",
        "R6",
    ),
    ("what an account holds", "UPDATE ledger_account SET held_micros = 5 WHERE code LIKE '%:wallet'", ":wallet", "R6"),
    ("a reservation", "UPDATE ledger_hold SET amount_micros = amount_micros + 1 WHERE key = 'r2'", ":wallet", "R6"),
    ("a day's total", "UPDATE wallets_daytotal SET amount_micros = 0 WHERE kind = 'usage'", "usage", "R6"),
    ("a charge's net", "UPDATE wallets_chargenet SET undone_micros = 5", "c", "R6"),
    ("a shortfall", "UPDATE wallets_shortfall SET remaining_micros = remaining_micros + 1", "record", "R6"),
    ("a checkpoint", "UPDATE ledger_checkpoint SET entries_micros = entries_micros + 1", ":wallet", "R7"),
]


@pytest.mark.parametrize(("sql", "where", "rule"), [each[1:] for each in EDITS], ids=[each[0] for each in EDITS])
def test_an_edit_is_found_and_named(acme, sql, where, rule):
    assert check("--all") == []
    edit(sql)
    (line,) = check("--book", str(acme.pk))
    chain, place, named, *_ = line.split(": ")
    assert (chain, named) == (str(acme.pk), rule)
    assert where in place


def removed(key: str) -> str:
    it = f"(SELECT id FROM ledger_transfer WHERE key = '{key}')"
    return (
        f"DELETE FROM wallets_consumption WHERE transfer_id = {it};"
        f"DELETE FROM wallets_chargenet WHERE transfer_id = {it};"
        f"DELETE FROM ledger_entry WHERE transfer_id = {it}; DELETE FROM ledger_transfer WHERE key = '{key}'"
    )


class TestRemoving:
    def test_from_the_middle_leaves_a_gap(self, acme):
        number = number_of("c2")
        edit(removed("c2"))
        assert check("--book", str(acme.pk)) == [f"{acme.pk}: record {number}: R2"]

    def test_from_the_middle_with_the_rest_moved_up_breaks_the_hashes(self, acme):
        number = number_of("c2")
        # In two steps, because a number that is still taken is refused, in whatever order the rows are.
        edit(
            removed("c2")
            + f"; UPDATE ledger_transfer SET number = number + 1000 WHERE number > {number}"
            + "; UPDATE ledger_transfer SET number = number - 1001 WHERE number > 1000"
        )
        (line,) = check("--book", str(acme.pk))
        assert line.startswith(f"{acme.pk}: record {number} (")
        assert line.endswith("): R1")

    def test_the_newest_with_the_head_left_is_missed_by_the_head(self, acme):
        charge(acme, "0.01", AFTER_MIDNIGHT, key="newest")
        number = number_of("newest")
        edit(removed("newest"))
        assert check("--book", str(acme.pk)) == [f"{acme.pk}: record {number}: R3"]

    def test_the_newest_with_the_head_set_back_is_missed_once_a_mark_has_passed_it(self, acme):
        before = Book.objects.get(pk=acme.pk)
        charge(acme, "0.01", AFTER_MIDNIGHT, key="newest")
        number = number_of("newest")
        assert check() == []
        edit(
            removed("newest")
            + f"; UPDATE ledger_book SET number = {before.number}, head = '\\x{bytes(before.head).hex()}'"
        )
        (line,) = check("--book", str(acme.pk))
        assert line == f"{acme.pk}: record {number}: R4: proven or sealed, but the last record is {before.number}"

    def test_or_once_a_day_was_sealed_with_it(self, acme):
        last = Book.objects.get(pk=acme.pk).number
        edit(
            "DELETE FROM proofs_proofmark; UPDATE ledger_book SET number = number - 1;"
            f" DELETE FROM ledger_transfer WHERE number = {last}; DELETE FROM ledger_booknote WHERE number = {last}"
        )
        (line,) = check("--book", str(acme.pk))
        assert line.startswith(f"{acme.pk}: record {last}: R4")

    def test_a_whole_book(self, acme):
        services.prove_all(now=AFTER_MIDNIGHT)
        edit("DELETE FROM ledger_book")
        assert f"{acme.pk}: book: R4: it no longer exists" in check()

    def test_what_no_mark_and_no_root_has_passed_yet_stays_in_the_log_alone(
        self, acme, caplog, django_capture_on_commit_callbacks
    ):
        before = Book.objects.get(pk=acme.pk)
        with caplog.at_level("INFO", "apps.ledger.services.books"), django_capture_on_commit_callbacks(execute=True):
            charge(acme, "1", AFTER_MIDNIGHT, key="newest")
        after = Book.objects.get(pk=acme.pk)
        (line,) = [each for each in caplog.records if each.getMessage() == "record_chained"]
        assert (line.book, line.number, line.hash) == (str(acme.pk), after.number, bytes(after.head).hex())
        assert before.number + 1 == after.number


class TestHead:
    def test_another_hash(self, acme):
        number = Book.objects.get(pk=acme.pk).number
        edit("UPDATE ledger_book SET head = sha256('x')")
        assert check("--book", str(acme.pk)) == [f"{acme.pk}: record {number}: R3: the head has another hash"]

    def test_a_mark_that_was_changed(self, acme):
        assert check("--all") == []
        edit(f"UPDATE proofs_proofmark SET hash = sha256('x') WHERE chain = '{acme.pk}'")
        assert " R4" in check("--book", str(acme.pk))[0]

    def test_a_days_head_that_was_changed(self, acme):
        edit(f"UPDATE proofs_dayhead SET hash = sha256('x') WHERE chain = '{acme.pk}'")
        assert " R4" in check("--book", str(acme.pk))[0]


class TestRoots:
    def test_a_root_that_was_changed(self, acme):
        edit("UPDATE proofs_dayroot SET root = sha256('x')")
        assert check("--all") == ["roots: day 2026-11-18: R8: the day's heads do not form the root"]

    def test_a_signature_that_was_changed(self, acme):
        edit("UPDATE proofs_dayroot SET signature = sha256('x') || sha256('y')")
        assert check("--all") == ["roots: day 2026-11-18: R8: no configured key signed the root"]

    def test_a_key_that_is_not_ours(self, acme, settings):
        settings.PROOF_SIGNING_KEY = "A" * 43
        assert check("--all") == ["roots: day 2026-11-18: R8: no configured key signed the root"]
        settings.PROOF_FORMER_KEYS = list({each.key_id for each in DayRoot.objects.all()})
        assert check("--all") == []

    def test_one_that_was_kept_outside_is_compared(self, acme):
        (root,) = (bytes(each.root).hex() for each in DayRoot.objects.all())
        assert check("--day", "2026-11-18", "--root", root) == []
        (line,) = check("--day", "2026-11-18", "--root", "0" * 64)
        assert line.startswith("roots: day 2026-11-18: R8: the root is")
        assert check("--day", "2026-11-17", "--root", root) == ["roots: day 2026-11-17: R8: the day has no root"]

    def test_whoever_makes_the_whole_chain_anew_meets_the_root(self, acme):
        rewrite_chain(acme.pk, "c2", lambda sql: sql)
        (line,) = check("--all")
        assert line == "roots: day 2026-11-18: R8: no configured key signed the root"


def rewrite_chain(book_id, key: str, _: Callable[[str], str]) -> None:
    """Change a description and compute every later hash, head and root anew, as one could without the signing key."""
    from apps.ledger.records import linked, opening_head
    from apps.proofs.book_rows import record_slice
    from apps.proofs.models import DayRoot
    from apps.proofs.selectors import day_leaves, tree_of

    edit(f"UPDATE ledger_transfer SET description = 'Gift' WHERE key = '{key}'; DELETE FROM proofs_proofmark")
    head = opening_head(book_id, "USD")
    for row in record_slice(book_id, 0, 10_000):
        head = linked(head, row.content())
        for table in ("ledger_transfer", "ledger_booknote"):
            edit(f"UPDATE {table} SET hash = '\\x{head.hex()}' WHERE number = {row.number}")
    edit(f"UPDATE ledger_book SET head = '\\x{head.hex()}'")
    edit(f"UPDATE proofs_dayhead SET hash = '\\x{head.hex()}' WHERE chain = '{book_id}'")
    day = DayRoot.objects.get().day
    edit(f"UPDATE proofs_dayroot SET root = '\\x{tree_of(day_leaves(day)).root.hex()}'")


class TestRoutine:
    def test_goes_on_from_the_mark(self, acme, django_assert_max_num_queries):
        assert check() == []
        edit("UPDATE ledger_transfer SET description = 'Gift' WHERE key = 'c1'")
        charge(acme, "0.01", AFTER_MIDNIGHT, key="next")
        assert check() == []
        assert check("--all") != []

    @pytest.mark.parametrize(
        ("sql", "where"),
        [
            ("UPDATE wallets_daytotal SET entry_count = entry_count + 1 WHERE kind = 'usage'", "2026-11-18 usage"),
            ("UPDATE ledger_account SET balance_micros = balance_micros + 1 WHERE code LIKE '%:wallet'", ":wallet"),
            ("UPDATE wallets_grant SET priority = 3 WHERE key = 'open'", "(open)"),
            ("UPDATE wallets_grant SET held_micros = 1 WHERE key = 'open'", "(open)"),
            ("UPDATE ledger_checkpoint SET entries_micros = 5", ":wallet"),
        ],
    )
    def test_compares_all_figures_that_are_open(self, acme, sql, where):
        create_grant(acme, "100", AFTER_MIDNIGHT, key="open")
        assert check() == []
        charge(acme, "0.01", AFTER_MIDNIGHT, key="next")
        edit(sql)
        (line,) = check()
        assert where in line

    def test_stays_broken_until_it_is_mended(self, acme):
        assert check("--all") == []
        description = Transfer.objects.get(key="c1").description
        edit("UPDATE ledger_transfer SET description = 'Gift' WHERE key = 'c1'")
        assert len(check("--all")) == len(check("--all")) == 1
        edit(f"UPDATE ledger_transfer SET description = '{description}' WHERE key = 'c1'")
        assert check() == check("--all") == []

    def test_a_thirtieth_of_the_books_a_night_comes_to_all_of_them(self, acme):
        found = sum(services.prove_thirtieth(now=AFTER_MIDNIGHT + timedelta(days=night)).books for night in range(30))
        assert found == Book.objects.count()

    def test_notes_and_grants_are_there_to_be_tampered_with(self, acme):
        assert BookNote.objects.count() > 0
        assert Grant.objects.filter(remaining_micros__gt=0).exists()
