"""Alerts about the units left of a plan's allocation: each change is notified once, also after corrections."""

import json
from datetime import UTC, datetime

import pytest

from apps.outbox.models import OutboxMessage
from apps.plans.services import start_subscription
from apps.usage.models import UnitAlert
from apps.usage.services import review_unit_alerts, set_unit_alerts
from tests.factories import create_organization
from tests.plans.conftest import UNIT, create_plan
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send
from tests.usage.test_corrections import correct

DECEMBER = datetime(2026, 12, 2, tzinfo=UTC)


@pytest.fixture
def acme(db, now):
    """An organization with 100 explorer units a month; a query uses 10."""
    organization = create_organization(now)
    plan = create_plan(now, cadence="monthly", explorer_units_micros=100 * UNIT)
    start_subscription(organization=organization, plan=plan, created_by="staff:ann", now=now)
    price(make_meter("query", "service", explorer_units_micros=10 * UNIT), micros_per_million=10_000)
    return organization


def alert_at(organization, now, *units):
    set_unit_alerts(organization=organization, thresholds={"explorer_units": [each * UNIT for each in units]}, now=now)


def use(organization, now, name, queries):
    send(organization, now, event(name, "query", quantity=queries))
    review_unit_alerts(now=now)


def unit_notices():
    """Return the notices so far: type, threshold, units left, and whether it is emailed."""
    rows = OutboxMessage.objects.filter(arguments__notice__startswith="units.").order_by("pk")
    shown = []
    for each in rows:
        data = json.loads(each.arguments["data"])
        shown.append((each.arguments["notice"], data["threshold"], data["left"], each.arguments["mail"]))
    return shown


def test_each_change_is_told_once_and_the_lowest_is_mailed(acme, now):
    alert_at(acme, now, 20, 50)
    use(acme, now, "first", 5)
    assert unit_notices() == [("units.low", 50, 50, True)]
    use(acme, now, "first", 5)
    use(acme, now, "second", 4)
    assert unit_notices()[1:] == [("units.low", 20, 10, True)]
    correct(acme, now, "second")
    review_unit_alerts(now=now)
    assert unit_notices()[2:] == [("units.recovered", 20, 50, False)]
    use(acme, now, "third", 5)
    assert unit_notices()[3:] == [("units.low", 20, 0, False)]  # emailed less than a day ago
    review_unit_alerts(now=DECEMBER)
    assert unit_notices()[4:] == [("units.recovered", 20, 100, False), ("units.recovered", 50, 100, False)]


def test_what_is_reached_already_is_told_at_once_and_what_stays_is_not_told_again(acme, now):
    use(acme, now, "first", 9)
    alert_at(acme, now, 20)
    assert unit_notices() == [("units.low", 20, 10, True)]
    alert_at(acme, now, 20, 5)
    assert (len(unit_notices()), UnitAlert.objects.count()) == (1, 2)
    alert_at(acme, now)
    assert not UnitAlert.objects.exists()
