"""Books kept before charges had nets are reckoned to what they would say had they been kept so from the start."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from apps.common.money import to_micros
from apps.wallets import services
from apps.wallets.models import ChargeNet, Grant, Undoing
from tests.emptying import without_triggers
from tests.factories import charge, create_grant, create_organization

HOUR = timedelta(hours=1)
fill = import_module("apps.wallets.migrations.0005_fill_what_was_undone").fill


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
