"""The list of usage events can be filtered by days, amounts and customers, page by page."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import NOW, create_customer
from tests.kept_worlds import kept
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

pytestmark = pytest.mark.django_db

EVENTS = "/admin/usage/usageevent/"
DAY = {"counted_on_from": "2026-11-18", "counted_on_to": "2026-11-18"}


@pytest.fixture(scope="module")
def events(django_db_setup, django_db_blocker):
    """Sixty events of a day with 1 to 60 units at a dollar each, and one of the next day."""
    with kept(django_db_blocker):
        customer = create_customer()
        price(make_meter("call", "service", unit="call"), micros_per_million=10**12)
        times = [*["2026-11-18T11:59:00Z"] * 60, "2026-11-19T00:00:00Z"]
        for number, at in enumerate(times, start=1):
            send(customer, NOW + timedelta(days=1), event(f"e{number}", "call", time=at, quantity=number))
        yield


@pytest.fixture
def client(events, db):
    return client_of(create_staff("ada", "Viewer"))


def rows(client, query=""):
    return client.get(f"{EVENTS}{query}").context["cl"]


def test_pages_of_some_days_follow_on_each_other(client):
    first = rows(client, "?" + urlencode(DAY))
    assert first.get_ordering(None, None) == ["-counted_on", "-id"]
    second = rows(client, first.older)
    seen = [row.event_id for page in (first, second) for row in page.result_list]
    assert seen == [f"e{number}" for number in range(60, 0, -1)]
    assert second.older == ""


def test_the_day_after_is_another(client):
    assert [row.event_id for row in rows(client, "?counted_on_from=2026-11-19").result_list] == ["e61"]
    assert rows(client, "?counted_on_to=9999-12-31").result_list


@pytest.mark.parametrize("also", [DAY, {"customer": "acme"}])
def test_by_what_they_cost(client, also):
    amounts = {"charge_micros_from": "10", "charge_micros_to": "12"}
    found = rows(client, "?" + urlencode(amounts | also)).result_list
    assert [row.event_id for row in found] == ["e12", "e11", "e10"]
