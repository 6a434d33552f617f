"""Database triggers keep the facts of money unchanged, even for a shell."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from apps.ledger.models import Account, Hold, HoldTotal
from apps.wallets.models import ChargeNet, ChargeReversal, DayTotal, Grant, HoldSlice, Shortfall, Wallet
from tests.factories import capture, charge, create_grant, create_organization, reserve

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books(now):
    organization = create_organization(now)
    create_grant(organization, "10", now)
    capture(organization, reserve(organization, "2", now).pk, "1", now)
    reserve(organization, "1", now, key="pending")
    charge(organization, "15", now)
    charge(organization, "-1", now, key="back")
    return organization


def refused(change) -> bool:
    try:
        with transaction.atomic():
            change()
    except DatabaseError:
        return True
    return False


class TestFacts:
    @pytest.mark.parametrize(
        ("model", "facts"),
        [
            (Account, {"unit": "EUR"}),
            (Account, {"code": "other"}),
            (Grant, {"amount_micros": 99_000_000}),
            (Grant, {"is_paid": True}),
            (Grant, {"paid_micros": 5}),
            (Grant, {"source": "top_up"}),
            (Grant, {"priority": 1}),
            (Grant, {"starts_at": "2020-01-01T00:00Z"}),
            (Wallet, {"created_at": "2020-01-01T00:00Z"}),
            (Shortfall, {"amount_micros": 99_000_000}),
            (ChargeNet, {"amount_micros": 99_000_000}),
            (ChargeReversal, {"amount_micros": 1}),
            (HoldSlice, {"amount_micros": 1}),
            (DayTotal, {"kind": "dispute"}),
            (Hold, {"amount_micros": 99_000_000}),
            (Hold, {"key": "other"}),
            (HoldTotal, {"status": "released"}),
        ],
    )
    def test_never_change(self, model: type[Model], facts):
        rows = model.objects.filter(pk=model.objects.first().pk)
        assert refused(lambda: rows.update(**facts))

    @pytest.mark.parametrize(
        "model", [Account, Grant, Wallet, Shortfall, ChargeNet, ChargeReversal, HoldSlice, DayTotal, Hold, HoldTotal]
    )
    def test_never_go_away(self, model: type[Model]):
        def delete() -> None:
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {model._meta.db_table}")

        assert refused(delete)


class TestHolds:
    def test_are_captured_within_their_amount(self, now):
        held = Hold.objects.filter(key="pending")
        assert refused(lambda: held.update(status="captured", captured_micros=1_000_001, closed_at=now))
        assert not refused(lambda: held.update(captured_micros=0))

    @pytest.mark.parametrize(
        "change", [{"status": "pending", "captured_micros": 0, "closed_at": None}, {"captured_micros": 2_000_000}]
    )
    def test_stay_closed(self, change):
        assert refused(lambda: Hold.objects.filter(status="captured").update(**change))
