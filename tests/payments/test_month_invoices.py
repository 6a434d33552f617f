"""The invoice of a closed month includes its minimum and characters, and nothing later."""

from datetime import datetime, timedelta

import pytest

from apps.common.money import to_micros
from apps.common.periods import parse_month
from apps.tenants.models import Organization
from apps.usage.services import check_usage, close_month
from tests.factories import create_organization
from tests.payments.desk import Desk
from tests.payments.postpaid import collect_usage
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

UNIT = 1_000_000


@pytest.fixture
def owing(db: None, now: datetime) -> Organization:
    """A postpaid customer that used three units and a character in October, and reported them in November."""
    long_ago = now - timedelta(days=90)
    owing = create_organization(long_ago, "owing", billing_mode="postpaid", postpaid_limit_micros=to_micros("1000"))
    price(make_meter(), micros_per_million=UNIT * UNIT, minimum_micros=10 * UNIT)
    price(make_meter("character", "character"), micros_per_million=5 * UNIT * UNIT)
    send(owing, now, event("a", quantity=3, time="2026-10-31T23:59:59Z", character="ann"))
    return owing


def invoiced(desk: Desk, owing: Organization, month: str, now: datetime) -> list[int]:
    """Close a month and return the totals of all invoices so far, newest first, in cents."""
    close_month(month=parse_month(month), closed_by="system:test", now=now)
    collect_usage(owing, month, now)
    return [invoice["total"] for invoice in desk.account.store.all("invoice")]


def test_the_months_invoice_has_its_minimum_and_its_characters(desk: Desk, owing: Organization, now: datetime) -> None:
    send(owing, now, event("november", quantity=1))
    assert invoiced(desk, owing, "2026-10", now) == [1_500]


def test_what_comes_after_the_seal_is_on_the_next_invoice(desk: Desk, owing: Organization, now: datetime) -> None:
    invoiced(desk, owing, "2026-10", now)
    send(owing, now, event("late", quantity=9, time="2026-10-05T00:00:00Z", character="bob"))
    december = now + timedelta(days=14)
    assert invoiced(desk, owing, "2026-11", december) == [200 + 500, 1_500]
    assert list(check_usage()) == []
