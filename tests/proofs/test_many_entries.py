"""Each kind of edit is found among a hundred thousand entries, and a proof costs only the new ones."""

import logging
import time

import pytest
from django.db import transaction

from apps.common.money import Micros
from apps.ledger.models import Entry
from apps.proofs import services
from apps.wallets.services import Charge, charge_many
from tests.factories import cause_of, charge, create_grant
from tests.proofs.test_tampered_rows import AFTER_MIDNIGHT, EDITS, acme, check, edit

__all__ = ["acme"]

pytestmark = [pytest.mark.django_db, pytest.mark.tampers, pytest.mark.long]

TRANSFERS, BATCH = 50_000, 1_000
logger = logging.getLogger(__name__)


def fill(organization, now):
    """Charge a customer fifty thousand times."""
    create_grant(organization, "1000000", now, key="large")
    for start in range(0, TRANSFERS, BATCH):
        batch = [
            Charge(
                organization=organization,
                amount=Micros(1_000 + number),
                kind="usage",
                key=f"many:{number}",
                created_by="system:test",
                cause=cause_of(organization),
                tokens=number,
            )
            for number in range(start, start + BATCH)
        ]
        charge_many(charges=batch, now=now)


def test_each_edit_is_found_and_named(acme, now):
    started = time.process_time()
    fill(acme, now)
    assert Entry.objects.count() > 100_000
    logger.info("posted in %.1f s of Python", time.process_time() - started)
    for name, prove in (("first proof", services.prove_moved), ("whole proof", services.prove_all)):
        wall, python = time.monotonic(), time.process_time()
        assert prove(now=now).findings == []
        spent = (time.monotonic() - wall, time.process_time() - python)
        logger.info("%s: %.1f s, %.1f s of Python", name, *spent)
    charge(acme, "0.01", AFTER_MIDNIGHT, key="one more")
    wall = time.monotonic()
    assert services.prove_moved(now=now).findings == []
    logger.info("one record after the mark: %.0f ms", 1000 * (time.monotonic() - wall))
    for name, sql, where, rule in EDITS:
        with transaction.atomic():
            edit(sql)
            (line,) = check("--book", str(acme.pk))
            chain, place, named, *_ = line.split(": ")
            assert (chain, named) == (str(acme.pk), rule), name
            assert where in place, name
            transaction.set_rollback(True)
