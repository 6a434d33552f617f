"""Edits that leave every sum right: rows that no record knows, and facts moved to where they are not looked for."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django import DjangoDbBlocker

from apps.common.money import Micros
from apps.proofs import services
from apps.proofs.models import ProofMark
from apps.tenants.models import Organization
from apps.wallets.models import Grant
from apps.wallets.services import Instruction, refund_grant
from tests.factories import cause_of, create_grant, create_organization
from tests.kept_worlds import kept
from tests.proofs.test_tampered_rows import AFTER_MIDNIGHT, NOON, check, create_acme, edit

pytestmark = [pytest.mark.django_db, pytest.mark.tampers]

TRANSFER = "(SELECT id FROM ledger_transfer WHERE key = 'c2')"
# The amounts that a transfer undid of charges, written into the terms that are hashed and removed from their table, so
# that the charges can be undone once more.
UNDONE = """
UPDATE ledger_transfer t SET grant_terms = jsonb_build_object('undoes', (
  SELECT jsonb_agg(jsonb_build_array(o.number, u.amount_micros) ORDER BY u.id) FROM wallets_chargereversal u
  JOIN wallets_chargenet n ON n.id = u.charge_id JOIN ledger_transfer o ON o.id = n.transfer_id
  WHERE u.transfer_id = t.id)) WHERE key = 'back';
DELETE FROM wallets_chargereversal; UPDATE wallets_chargenet SET undone_micros = 0
"""
EDITS = [
    ("what was undone, moved into the terms", UNDONE, "(back)", "R1"),
    (
        "a grant that burns first",
        "UPDATE wallets_grant SET burn_key = '000' || substr(burn_key, 4) WHERE key = 'late'",
        "(late)",
        "R5",
    ),
    (
        "consumption that adds up to nothing",
        "INSERT INTO wallets_consumption (number, amount_micros, recorded_at, organization_id, transfer_id, grant_id)"
        f" SELECT 1, micros, now(), g.organization_id, {TRANSFER}, g.id"
        " FROM wallets_grant g, (VALUES (5), (-5)) AS two (micros) WHERE g.key = 'late'",
        "c2",
        "R6",
    ),
    (
        "a net that lets a grant be undone",
        "INSERT INTO wallets_chargenet (amount_micros, undone_micros, organization_id, transfer_id)"
        " SELECT 5, 0, book_id, id FROM ledger_transfer WHERE key = 'g1'",
        "g1",
        "R6",
    ),
    (
        "two accounts that exchanged their roles",
        "UPDATE ledger_account SET role = '' WHERE role = 'late_fees';"
        " UPDATE ledger_account SET role = 'late_fees' WHERE role = 'receivable';"
        " UPDATE ledger_account SET role = 'receivable' WHERE role = ''",
        ":receivable",
        "R6",
    ),
    (
        "a note after the head",
        "INSERT INTO ledger_booknote (number, what, body, hash, recorded_at, book_id)"
        " SELECT number + 1, 'grant_end', '{}', head, now(), id FROM ledger_book WHERE number > 0",
        "record",
        "R3",
    ),
]


@pytest.fixture(scope="module")
def acme(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Organization]:
    with kept(django_db_blocker):
        yield create_acme(NOON)


@pytest.mark.parametrize(("sql", "where", "rule"), [each[1:] for each in EDITS], ids=[each[0] for each in EDITS])
def test_an_edit_is_found_and_named(acme, sql, where, rule):
    assert check("--all") == []
    edit(sql)
    line = check("--book", str(acme.pk))[0]
    chain, place, named, *_ = line.split(": ")
    assert (chain, named) == (str(acme.pk), rule)
    assert where in place


def test_an_entry_put_on_an_account_from_another_book(acme):
    other = create_organization(NOON, slug="beta")
    create_grant(other, "10", NOON)
    edit(
        "INSERT INTO ledger_entry (amount_micros, balance_after_micros, account_version, effective_at, recorded_at,"
        f" account_id, book_id, transfer_id) SELECT 5, 5, 900, effective_at, recorded_at, account_id, '{other.pk}',"
        f" transfer_id FROM ledger_entry WHERE amount_micros < 0 AND transfer_id = {TRANSFER}"
    )
    (line,) = check("--all")
    assert line.startswith(f"{other.pk}: ledger_entry ")
    assert "R6: a row refers to rows of its own book" in line


def test_a_refund_that_no_longer_counts_against_its_grant(acme):
    order = Instruction(cause=cause_of(acme), key="re_1", created_by="staff:ann")
    refund_grant(grant=Grant.objects.get(key="g2"), amount=Micros(1_000_000), order=order, now=AFTER_MIDNIGHT)
    assert check("--all") == []
    edit("DELETE FROM wallets_grantreturn; UPDATE wallets_grant SET returned_micros = 0")
    (line,) = check("--all")
    assert line.startswith(f"{acme.pk}: re_1: R6: every refund or lost dispute out of a wallet")


def test_a_root_that_was_removed(acme):
    edit("DELETE FROM proofs_dayroot")
    assert check("--all") == ["roots: day 2026-11-18: R8: the day has no root"]


class TestWhatAProofFound:
    """Staff see it until it is mended: the jobs' later proofs, which begin at the mark, do not cover it up."""

    BROKEN = [
        ("UPDATE ledger_transfer SET description = 'Gift' WHERE key = 'c1'", "(c1): R1"),
        (
            "UPDATE auditlog_logentry SET object_repr = 'x' WHERE id = (SELECT entry_id FROM proofs_auditlink LIMIT 1)",
            "R9",
        ),
        (
            "UPDATE proofs_dayroot SET signature = sha256('x') || sha256('y') WHERE day = '2026-11-18'",
            "R8: no configured",
        ),
        ("DELETE FROM ledger_book", "book: R4: it no longer exists"),
    ]

    @pytest.mark.parametrize(("sql", "found"), BROKEN)
    def test_stays_on_its_mark(self, acme, sql, found, caplog):
        assert check("--all") == []
        services.seal_day(now=AFTER_MIDNIGHT + timedelta(days=1))
        edit(sql)
        assert found in check("--all")[0]
        caplog.clear()
        services.prove_moved(now=AFTER_MIDNIGHT)
        marked = {mark.found for mark in ProofMark.objects.exclude(found="")}
        assert found in "".join(marked)
        assert {each.finding for each in caplog.records if each.getMessage() == "proof_failed"} == marked

    def test_is_gone_once_it_is_mended(self, acme):
        assert check("--all") == []
        edit("ALTER TABLE proofs_dayroot ADD kept bytea; UPDATE proofs_dayroot SET kept = root, root = sha256('x')")
        assert check("--all") != []
        edit("UPDATE proofs_dayroot SET root = kept; ALTER TABLE proofs_dayroot DROP kept")
        assert check() == []
        assert not ProofMark.objects.exclude(found="").exists()
