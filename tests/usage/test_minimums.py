"""A month's minimum is the same for usage before and after the close."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.common.money import MICROS_PER_UNIT
from apps.common.periods import parse_month
from apps.usage.models import MinimumCharge
from apps.usage.services import check_usage, close_month
from apps.wallets.selectors import wallet_figures
from tests.factories import create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

pytestmark = pytest.mark.django_db
ONE = MICROS_PER_UNIT**2  # a price of one whole unit of currency for each
START = datetime(2026, 10, 1, tzinfo=UTC)
NEW_PRICE = datetime(2026, 10, 27, tzinfo=UTC)
BEFORE, AFTER = "2026-10-18T00:00:00Z", "2026-10-28T00:00:00Z"


@pytest.fixture
def acme():
    return create_organization(START)


def priced(first, then):
    """A meter at 1 each with one minimum, and from the 27th with another."""
    meter = make_meter("calls", "service")
    price(meter, micros_per_million=ONE, minimum_micros=first * MICROS_PER_UNIT)
    price(meter, micros_per_million=ONE, minimum_micros=then * MICROS_PER_UNIT, start=NEW_PRICE)


def use(organization, now, id, quantity, time):
    send(organization, now, event(id, "calls", quantity=quantity, time=time))


def close(now):
    close_month(month=parse_month("2026-10"), closed_by="staff:ann", now=now)


def owed(organization, now):
    """What the customer owes, in whole units."""
    return -wallet_figures(organization, now).balance_micros / MICROS_PER_UNIT


class TestLateUsageUnderAnotherPrice:
    def test_pays_no_minimum_that_the_later_price_does_not_have(self, acme, now):
        priced(20, 0)
        use(acme, now, "a", 10, BEFORE)
        close(now)
        assert owed(acme, now) == 20
        use(acme, now, "late", 100, AFTER)
        assert owed(acme, now) == 110
        assert list(MinimumCharge.objects.order_by("pk").values_list("minimum_micros", "amount_micros")) == [
            (20 * MICROS_PER_UNIT, 10 * MICROS_PER_UNIT),
            (0, -10 * MICROS_PER_UNIT),
        ]
        assert list(check_usage()) == []

    def test_pays_the_minimum_that_the_later_price_has(self, acme, now):
        priced(0, 50)
        use(acme, now, "a", 10, BEFORE)
        close(now)
        use(acme, now, "late", 1, AFTER)
        assert owed(acme, now) == 50

    def test_pays_a_minimum_where_nothing_was_used_before_the_close(self, acme, now):
        priced(20, 20)
        close(now)
        use(acme, now, "late", 1, BEFORE)
        assert (owed(acme, now), list(check_usage())) == (20, [])

    def test_leaves_the_minimums_of_other_customers_alone(self, acme, now):
        priced(20, 0)
        other = create_organization(START, "other")
        use(acme, now, "a", 10, BEFORE)
        use(other, now, "b", 10, BEFORE)
        close(now)
        use(acme, now, "late", 100, AFTER)
        assert (owed(acme, now), owed(other, now)) == (110, 20)


USES = st.lists(st.tuples(st.integers(0, 40), st.sampled_from([BEFORE, AFTER])), max_size=5)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(uses=USES, closed_after=st.integers(0, 5), minimums=st.tuples(st.integers(0, 60), st.integers(0, 60)))
def test_any_order_of_usage_and_close_costs_the_same(db, uses, closed_after, minimums):
    with transaction.atomic():
        _check_order(uses, closed_after, minimums)
        transaction.set_rollback(True)


def _check_order(uses, closed_after, minimums):
    acme = create_organization(START)
    now = datetime(2026, 11, 18, 12, tzinfo=UTC)
    priced(*minimums)
    for number, (quantity, time) in enumerate(uses[:closed_after]):
        use(acme, now, f"e{number}", quantity, time)
    close(now)
    for number, (quantity, time) in enumerate(uses[closed_after:]):
        use(acme, now, f"late{number}", quantity, time)
    newest = minimums[1] if any(time == AFTER for _, time in uses) else minimums[0]
    assert owed(acme, now) == (max(newest, sum(quantity for quantity, _ in uses)) if uses else 0)
    assert list(check_usage()) == []
