"""The chain of a price book: publications, ends and withdrawals, and any later edit."""

from datetime import timedelta

import pytest
from django.db import connection

from apps.pricing.models import PriceLink
from apps.pricing.services import end_price_version, withdraw_price_version
from apps.proofs.services.company import prove_prices
from tests.pricing.factories import make_meter, price
from tests.table_truncation import without_triggers

pytestmark = pytest.mark.django_db


@pytest.fixture
def versions(now):
    """A price, one that takes over from it, and one that was withdrawn again."""
    meter = make_meter("call", "service")
    first = price(meter, micros_per_million=1)
    second = price(meter, micros_per_million=2, start=now + timedelta(days=1))
    third = price(meter, micros_per_million=3, start=now + timedelta(days=5))
    later = now + timedelta(days=4)
    withdraw_price_version(version_id=third.pk, now=later)
    end_price_version(version_id=second.pk, at=now + timedelta(days=9), now=later)
    return first, second, third


def edit(sql):
    connection.check_constraints()
    with without_triggers(connection), connection.cursor() as cursor:
        cursor.execute(sql)


def found(now):
    return [str(each) for each in prove_prices(now=now)]


def test_every_step_of_a_price_is_chained(versions, now):
    first, second, third = versions
    assert list(PriceLink.objects.order_by("number").values_list("version", "what")) == [
        (first.pk, "published"),
        (first.pk, "end"),
        (second.pk, "published"),
        (second.pk, "end"),
        (third.pk, "published"),
        (third.pk, "withdrawn"),
        (second.pk, "end"),
        (second.pk, "end"),
    ]
    assert found(now) == []


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ("micros_per_million = 9", "micros_per_million"),
        ("minimum_micros = 9", "minimum_micros"),
        ("model = 'x'", "model"),
        ("effective_from = effective_from - interval '1 day'", "from"),
        ("effective_to = effective_to - interval '1 day'", "to"),
        ("published_by = 'staff:eve'", "published_by"),
        ("published_at = published_at + interval '1 day'", "published"),
        ("approval = '7'", "approval"),
        ("status = 'withdrawn'", "status"),
        ("tiers = '[1]'", "tiers"),
    ],
)
def test_a_version_that_was_changed_is_named(versions, now, change, names):
    first, _, _ = versions
    edit(f"UPDATE pricing_priceversion SET {change} WHERE id = {first.pk}")
    assert found(now) == [f"prices:{first.book_id}: price {first.pk}: R10: {names}"]


def test_so_is_one_that_was_removed(versions, now):
    _, _, third = versions
    edit(f"DELETE FROM pricing_priceversion WHERE id = {third.pk}")
    (line,) = found(now)
    assert line.startswith(f"prices:{third.book_id}: price {third.pk}: R10")


def test_and_a_link_that_was_changed_or_removed(versions, now):
    first, _, _ = versions
    assert found(now) == []
    edit("DELETE FROM pricing_pricelink WHERE number = 8")
    assert found(now) == [f"prices:{first.book_id}: price {versions[1].pk}: R10: to"]
    edit("UPDATE pricing_pricelink SET body = body || '{\"to\": 5}' WHERE number = 2")
    assert found(now) == [f"prices:{first.book_id}: record 2 (price {first.pk}): R10"]
    edit("DELETE FROM pricing_pricelink WHERE number = 1")
    assert found(now) == [f"prices:{first.book_id}: record 1: R10: it is missing"]
