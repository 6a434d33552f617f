"""Books kept before there were totals are reckoned to what they would say had they been kept so from the start."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from apps.common.money import to_micros
from apps.ledger.models import HoldTotal
from apps.wallets import services
from apps.wallets.models import ChargeNet, Grant, Undoing
from tests.emptying import without_triggers
from tests.factories import capture, charge, create_grant, create_organization, reserve

HOUR = timedelta(hours=1)
fill = import_module("apps.wallets.migrations.0005_fill_what_was_undone").fill
hold_totals = import_module("apps.ledger.migrations.0006_hold_totals")


def kept() -> tuple[set, set, set]:
    return (
        set(ChargeNet.objects.values_list("transfer__key", "amount_micros", "undone_micros")),
        set(Undoing.objects.values_list("charge__transfer__key", "transfer__key", "amount_micros")),
        set(Grant.objects.values_list("key", "lapsed_micros", "returned_micros")),
    )


@pytest.mark.django_db
@pytest.mark.parametrize("billing_mode", ["prepaid", "postpaid"])
def test_reckons_what_was_undone_returned_and_lapsed(now, billing_mode):
    acme = create_organization(now, billing_mode=billing_mode)
    create_organization(now, "other")
    bought = create_grant(acme, "20", now, key="bought", source="top_up", paid_micros=to_micros("20"))
    create_grant(acme, "5", now, key="brief", expires_at=now + HOUR)
    charges = [charge(acme, "4", now, key=f"c{number}") for number in range(8)]
    charge(acme, "-6", now, key="back")
    services.reverse_transfer(organization=acme, transfer_id=charges[2].pk, reason="r", created_by="staff:ann", now=now)
    charge(acme, "-3", now, key="again")
    services.refund_grant(grant=bought, amount=to_micros("7"), key="re", created_by="system:stripe", now=now)
    charge(acme, "-16", now, key="far")
    services.expire_grants(now=now + HOUR)
    before = kept()
    with without_triggers(connection), connection.cursor() as cursor:
        cursor.execute("DELETE FROM wallets_undoing")
        cursor.execute("DELETE FROM wallets_chargenet")
        cursor.execute("UPDATE wallets_grant SET lapsed_micros = 0, returned_micros = 0")
    fill(apps, None)
    assert kept() == before


@pytest.mark.django_db
def test_counts_the_holds_that_had_ended_before(now):
    acme = create_organization(now)
    create_grant(acme, "10", now)
    services.release_reservation(organization=acme, hold_id=reserve(acme, "2", now).pk, now=now)
    capture(acme, reserve(acme, "3", now, key="r2").pk, "1", now)
    reserve(acme, "1", now, key="pending")
    kept = list(HoldTotal.objects.order_by("status").values_list("status", "hold_count", "amount_micros"))
    assert kept == [("captured", 1, 3_000_000), ("released", 1, 2_000_000)]
    with without_triggers(connection), connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_holdtotal")
        cursor.execute(hold_totals.FILL)
    assert list(HoldTotal.objects.order_by("status").values_list("status", "hold_count", "amount_micros")) == kept
