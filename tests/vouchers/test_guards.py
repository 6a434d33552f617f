"""Database constraints and triggers of vouchers."""

import pytest
from django.db import DatabaseError, transaction
from django.db.models import F

from apps.vouchers.models import Batch, BatchEvent, Redemption, RedemptionReversal, Voucher
from tests.vouchers.factories import create_voucher, redeem


@pytest.fixture(autouse=True)
def _redeemed(acme, now):
    create_voucher(now, max_redemptions=2)
    redeem(acme, "WELCOME", now)
    RedemptionReversal.objects.create(
        organization=acme,
        redemption=Redemption.objects.get(),
        taken_micros=0,
        reason="x",
        taken_by="staff:ann",
        taken_at=now,
    )


def refused(change):
    with pytest.raises(DatabaseError), transaction.atomic():
        change()


@pytest.mark.parametrize("model", [Redemption, RedemptionReversal, BatchEvent, Voucher, Batch])
def test_nothing_is_erased(model):
    refused(lambda: model.objects.all()._raw_delete("default"))


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Redemption, {"amount_micros": 1}),
        (RedemptionReversal, {"taken_micros": 1}),
        (BatchEvent, {"reason": "another"}),
        (Voucher, {"code_hash": "0" * 64}),
        (Voucher, {"masked": "OTHER"}),
        (Voucher, {"number": 7}),
        (Voucher, {"redemption_count": 3}),
        (Voucher, {"max_redemptions": 0}),
        (Batch, {"amount_micros": 99_000_000}),
        (Batch, {"currency": "EUR"}),
        (Batch, {"prefix": "OTHER"}),
        (Batch, {"created_by": "staff:eve"}),
        (Batch, {"generated_count": 2}),
        (Batch, {"max_redemptions": 0}),
        (Batch, {"downloaded_at": F("created_at")}),
    ],
)
def test_facts_stay(model, change):
    refused(lambda: model.objects.update(**change))


def test_a_use_is_numbered_once(acme, now):
    made = Redemption.objects.get()
    fields = {name: getattr(made, name) for name in ("voucher", "batch", "organization", "number", "amount_micros")}
    refused(
        lambda: Redemption.objects.create(
            **fields, call_id=made.pk, balance_after_micros=0, redeemed_by="x", redeemed_at=now
        )
    )
