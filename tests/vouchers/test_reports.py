"""The voucher report by batch and by tag."""

from datetime import timedelta

import pytest

from apps.vouchers import services
from apps.vouchers.models import Batch
from apps.vouchers.reports import report_by_batch, report_by_tag
from apps.vouchers.terms import VoucherKind
from apps.wallets import services as wallets
from tests.contracts.factories import offer
from tests.factories import charge, create_organization, reserve
from tests.vouchers.factories import create_batch, create_voucher, redeem, staff

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NAMES = ("issued", "redeemed", "spent", "expired", "revoked", "outstanding", "redeemable")


def figures(line):
    return {name: getattr(line, f"{name}_micros") // 1_000_000 for name in NAMES}


def only(now):
    (line,) = report_by_batch(Batch.objects.all(), now)
    return line


def test_a_batch_nobody_redeemed(now):
    create_batch(now, count=4)

    assert figures(only(now)) == {
        "issued": 100, "redeemed": 0, "spent": 0, "expired": 0, "revoked": 0, "outstanding": 0, "redeemable": 100
    }  # fmt: skip


def test_part_spent_and_part_still_owed(acme, now):
    _, codes = create_batch(now, count=4)
    redeem(acme, codes[0], now)
    charge(acme, "10", now)

    assert figures(only(now)) == {
        "issued": 100, "redeemed": 25, "spent": 10, "expired": 0, "revoked": 0, "outstanding": 15, "redeemable": 75
    }  # fmt: skip


@pytest.mark.parametrize("swept", [False, True])
def test_credit_that_expired_counts_so_before_and_after_the_sweep(acme, now, swept):
    create_voucher(now, credit_days=1)
    redeem(acme, "WELCOME", now)
    charge(acme, "10", now)
    later = now + DAY
    if swept:
        wallets.expire_grants(now=later)

    found = figures(only(later))
    assert (found["spent"], found["expired"], found["outstanding"]) == (10, 15, 0)


def test_what_a_reservation_holds_of_expired_credit_is_still_owed(acme, now):
    create_voucher(now, credit_days=1)
    redeem(acme, "WELCOME", now)
    reserve(acme, "5", now)

    found = figures(only(now + DAY))
    assert (found["expired"], found["outstanding"]) == (20, 5)


def test_what_was_taken_back(acme, now, deliver_outbox):
    voucher = create_voucher(now)
    redeem(acme, "WELCOME", now)
    charge(acme, "10", now)
    services.revoke_batch(batch_id=voucher.batch_id, reason="Leaked", by=staff(), now=now)
    deliver_outbox(now)

    found = figures(only(now))
    assert (found["spent"], found["revoked"], found["outstanding"], found["redeemable"]) == (10, 15, 0, 0)


def test_a_discount_is_spent_when_it_is_given(acme, now):
    offer(acme, now)
    create_voucher(now, kind=VoucherKind.DISCOUNT, amount="30")
    redeem(acme, "WELCOME", now)

    found = figures(only(now))
    assert (found["redeemed"], found["spent"], found["outstanding"]) == (30, 30, 0)


@pytest.mark.parametrize("end", ["expired", "disabled", "code disabled"])
def test_codes_that_do_not_work_cost_nothing_more(now, end):
    voucher = create_voucher(now, expires_at=now + DAY)
    if end == "disabled":
        services.disable_batch(batch_id=voucher.batch_id, reason="x", by=staff(), now=now)
    if end == "code disabled":
        services.disable_voucher(voucher_id=voucher.pk, reason="x", by=staff(), now=now)

    assert only(now + DAY if end == "expired" else now).redeemable_micros == 0


def test_adds_up_by_tag_and_currency(acme, now):
    create_voucher(now, tag="fair")
    create_batch(now, count=2, tag="fair")
    create_voucher(now, code="EURO", currency="EUR", tag="fair")
    create_voucher(now, code="PLAIN")
    redeem(acme, "WELCOME", now)

    lines = report_by_tag(Batch.objects.all(), now)
    assert [(line.label, line.currency, line.code_count, line.redeemed_micros) for line in lines] == [
        ("(no tag)", "USD", 1, 0),
        ("fair", "EUR", 1, 0),
        ("fair", "USD", 3, 25_000_000),
    ]


def test_costs_the_same_statements_for_many_batches(now, django_assert_num_queries):
    for number in range(5):
        code = f"CODE{number}"
        create_voucher(now, code=code)
        redeem(create_organization(now, f"org-{number}"), code, now)

    with django_assert_num_queries(9):
        assert len(report_by_batch(Batch.objects.all(), now)) == 5
