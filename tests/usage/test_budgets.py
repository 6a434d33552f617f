"""Budgets decide with the wallet, and count what usage and captures charge, each row on its day."""

import pytest

from apps.common.money import MICROS_PER_UNIT
from apps.wallets.budgets.scopes import Dimensions
from apps.wallets.errors import BudgetLimitReached
from tests.factories import capture, create_grant, create_organization, reserve
from tests.pricing.factories import make_meter, price
from tests.usage.budgets import assert_proven, held, put_budget, spent
from tests.usage.factories import event, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(now):
    organization = create_organization(now)
    create_grant(organization, "1000", now)
    return organization


@pytest.fixture
def units(now):
    """A meter whose unit costs 1."""
    price(make_meter("units", "service"), micros_per_million=MICROS_PER_UNIT**2)


@pytest.fixture(autouse=True)
def _budgets_are_proven(acme):
    yield
    assert_proven()


class TestReserve:
    def test_is_refused_by_every_limit_without_room_and_the_first_is_named(self, acme, now):
        put_budget(acme, "day", "10", now)
        put_budget(acme, "user", "5", now, scope={"user": "bob"})
        hold = reserve(acme, "4", now, work=Dimensions(user="bob"))
        assert (held("day"), held("user")) == (4, 4)
        with pytest.raises(BudgetLimitReached) as refused:
            reserve(acme, "7", now, key="r2", work=Dimensions(user="bob"))
        limits = refused.value.context["limits"]
        assert [(each.budget.slug, each.missing_micros) for each in limits] == [("day", 1_000_000), ("user", 6_000_000)]
        capture(acme, hold.pk, "3", now)
        assert (held("day"), held("user"), spent("day"), spent("user")) == (0, 0, 3, 3)
        reserve(acme, "7", now, key="r2")


def use(organization, now, id, quantity, time="2026-11-18T11:59:00Z", **texts):
    return send(organization, now, event(id, "units", quantity=quantity, time=time, **texts))


@pytest.mark.usefixtures("units")
class TestIngest:
    def test_counts_each_row_on_its_day_in_every_budget_of_its_dimensions(self, acme, now):
        put_budget(acme, "day", "10", now)
        put_budget(acme, "web", "10", now, scope={"project": "web"}, period="month")
        put_budget(acme, "each", "10", now, scope={"user": "*"})
        put_budget(acme, "units", "10", now, scope={"meter": "units"}, period="week")
        use(acme, now, "a", "2", project="web", user="ann")
        use(acme, now, "b", "3", user="bob")
        use(acme, now, "late", "4", time="2026-11-17T10:00:00Z", project="web")
        assert (spent("day"), spent("each", "ann"), spent("each", "bob")) == (5, 2, 3)
        assert (spent("web"), spent("units")) == (6, 9)

    def test_is_never_refused_and_exceeds(self, acme, now):
        put_budget(acme, "day", "10", now)
        assert use(acme, now, "a", "25").accepted == 1
        with pytest.raises(BudgetLimitReached):
            reserve(acme, "0.000001", now)

    def test_of_a_known_event_counts_nothing(self, acme, now):
        put_budget(acme, "day", "10", now)
        use(acme, now, "a", "2")
        assert use(acme, now, "a", "2").duplicate == 1
        assert spent("day") == 2


@pytest.mark.usefixtures("units")
class TestNewBudget:
    def test_knows_what_its_period_has_cost(self, acme, now):
        use(acme, now, "a", "2", project="web")
        use(acme, now, "old", "4", time="2026-10-30T00:00:00Z", project="web")
        capture(acme, reserve(acme, "5", now, work=Dimensions(project="web")).pk, "3", now)
        put_budget(acme, "web", "10", now, scope={"project": "web"}, period="month")
        put_budget(acme, "each", "10", now, scope={"project": "*"})
        assert (spent("web"), spent("each", "web")) == (5, 5)
