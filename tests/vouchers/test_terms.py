"""Rules for the terms of a batch."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.vouchers.errors import InvalidTerms
from apps.vouchers.terms import BatchTerms, VoucherKind, check_terms, credit_expiry

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def terms(**changed):
    return BatchTerms(**{"kind": VoucherKind.CREDIT, "amount_micros": 25_000_000, "currency": "USD", **changed})


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"count": 100_000, "prefix": "SPRING26"},
        {"amount_micros": 1},
        {"kind": VoucherKind.DISCOUNT},
        {"kind": VoucherKind.DISCOUNT, "currency": "JPY", "amount_micros": 5_000_000},
        {"max_redemptions": 1_000_000, "max_per_organization": 1_000_000},
        {"starts_at": NOW + DAY, "expires_at": NOW + 2 * DAY},
        {"starts_at": NOW - DAY},
        {"credit_days": 1},
        {"max_codes_per_organization": 1},
        {"prefix": "P" * 16},
    ],
)
def test_takes(changed):
    check_terms(terms(**changed), NOW)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"count": 0}, "count"),
        ({"count": 100_001}, "count"),
        ({"count": -1}, "count"),
        ({"amount_micros": 0}, "amount_micros"),
        ({"amount_micros": -1}, "amount_micros"),
        ({"amount_micros": 2**63}, "amount_micros"),
        ({"amount_micros": 2**62, "count": 3}, "count"),
        ({"currency": "usd1"}, "currency"),
        ({"currency": "US"}, "currency"),
        ({"currency": "ÜSD"}, "currency"),
        ({"currency": "usd"}, "currency"),
        ({"max_redemptions": 0}, "max_redemptions"),
        ({"max_redemptions": 1_000_001}, "max_redemptions"),
        ({"max_per_organization": 0}, "max_per_organization"),
        ({"max_per_organization": 2}, "max_per_organization"),
        ({"max_codes_per_organization": 0}, "max_codes_per_organization"),
        ({"credit_days": 0}, "credit_days"),
        ({"credit_days": 40_000}, "credit_days"),
        ({"prefix": "spring"}, "prefix"),
        ({"prefix": "SPRING-26"}, "prefix"),
        ({"prefix": "=SUM"}, "prefix"),
        ({"prefix": "P" * 17}, "prefix"),
        ({"expires_at": NOW}, "expires_at"),
        ({"expires_at": NOW - DAY}, "expires_at"),
        ({"starts_at": NOW + 2 * DAY, "expires_at": NOW + DAY}, "expires_at"),
        ({"kind": VoucherKind.DISCOUNT, "amount_micros": 1}, "amount_micros"),
        ({"kind": VoucherKind.DISCOUNT, "currency": "JPY", "amount_micros": 500_000}, "amount_micros"),
        ({"kind": VoucherKind.DISCOUNT, "credit_days": 30}, "credit_days"),
    ],
)
def test_names_the_field_that_breaks_a_rule(changed, field):
    with pytest.raises(InvalidTerms) as refused:
        check_terms(terms(**changed), NOW)

    assert refused.value.field == field


def test_worth_is_every_code_redeemed_as_often_as_it_can_be():
    assert terms(count=100, max_redemptions=3).worth_micros == 7_500_000_000


@pytest.mark.parametrize(("days", "ends"), [(None, None), (1, NOW + DAY), (90, NOW + 90 * DAY)])
def test_credit_lives_its_days_from_redemption(days, ends):
    assert credit_expiry(NOW, days) == ends
