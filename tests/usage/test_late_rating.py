"""Waiting usage is rated by one action, at the price of its own time, and counted once."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.common.periods import parse_month
from apps.pricing.models import Meter
from apps.usage.models import ActiveCharacter, CharacterMonth, MinimumCharge, UsageEvent
from apps.usage.services import RerateResult, check_usage, close_month, price_characters, rerate_quarantined
from apps.wallets.selectors import wallet_figures
from tests.factories import create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send, several

pytestmark = pytest.mark.django_db
MICRO = 1_000_000


@pytest.fixture
def acme(now):
    return create_organization(now)


def rerate(now, **options):
    return rerate_quarantined(created_by="staff:ann", now=now, **options)


def charged(organization, now):
    return -wallet_figures(organization, now).balance_micros


class TestRerate:
    def test_rates_what_has_a_price_by_now(self, acme, now):
        send(acme, now, event(input_tokens=4, character="ann"), event("e2", "nope"))
        price(make_meter(), micros_per_million=5 * MICRO)
        assert (rerate(now), charged(acme, now)) == (RerateResult(1, 1), 20)
        row = UsageEvent.objects.get(event_id="e1")
        assert (row.state, row.reason, row.counted_on, row.charge_micros) == ("rated", "", date(2026, 11, 18), 20)
        assert (CharacterMonth.objects.get().high_water_mark, list(check_usage())) == (1, [])

    def test_says_why_the_others_still_wait(self, acme, now):
        send(acme, now, event(quantity="0.5"))
        price(make_meter(), micros_per_million=MICRO)
        rerate(now)
        assert UsageEvent.objects.get().reason == "fraction_of_token"

    def test_does_nothing_the_second_time(self, acme, now):
        send(acme, now, *several(3, quantity=1))
        price(make_meter(), micros_per_million=MICRO)
        rerate(now)
        assert (rerate(now), charged(acme, now)) == (RerateResult(0, 0), 3)

    def test_may_be_asked_of_some_alone(self, acme, now):
        send(acme, now, *several(3, quantity=1))
        price(make_meter(), micros_per_million=MICRO)
        first = UsageEvent.objects.order_by("pk").first()
        assert (rerate(now, event_pks=[first.pk]), charged(acme, now)) == (RerateResult(1, 0), 1)

    def test_corrects_a_month_that_was_closed_meanwhile(self, acme, now):
        send(acme, now, event(quantity=1, time="2026-10-05T00:00:00Z"))
        close_month(month=parse_month("2026-10"), closed_by="system:test", now=now)
        price(make_meter(), micros_per_million=MICRO)
        rerate(now)
        row = UsageEvent.objects.get()
        assert (row.counted_on, row.corrects_month) == (date(2026, 11, 18), date(2026, 10, 1))
        assert list(check_usage()) == []


class TestPriceCharacters:
    def test_charges_those_that_had_no_price(self, acme, now):
        price(make_meter(), micros_per_million=MICRO)
        send(acme, now, event(quantity=1, character="ann"), event("e2", quantity=1, character="bob"))
        price(make_meter("character", "character"), micros_per_million=50 * MICRO)
        assert price_characters(created_by="staff:ann", now=now) == RerateResult(2, 0)
        assert (charged(acme, now), CharacterMonth.objects.get().charged_micros) == (102, 100)
        assert (price_characters(created_by="staff:ann", now=now), list(check_usage())) == (RerateResult(0, 0), [])

    def test_leaves_those_that_still_have_none(self, acme, now):
        price(make_meter(), micros_per_million=MICRO)
        send(acme, now, event(quantity=1, character="ann"))
        assert price_characters(created_by="staff:ann", now=now) == RerateResult(0, 1)
        assert ActiveCharacter.objects.get().posting_id is None

    def test_take_the_place_of_part_of_the_minimum_of_a_closed_month(self, acme, now):
        price(make_meter(), micros_per_million=0)
        meter = make_meter("character", "character")
        priced_from = datetime(2026, 10, 10, tzinfo=UTC)
        price(meter, micros_per_million=10 * MICRO, minimum_micros=100, start=priced_from)
        for day, name in (("05", "ann"), ("15", "bob")):
            send(acme, now, event(name, quantity=1, time=f"2026-10-{day}T00:00:00Z", character=name))
        close_month(month=parse_month("2026-10"), closed_by="staff:ann", now=now)
        price(meter, micros_per_million=30 * MICRO, effective_to=priced_from)
        assert price_characters(created_by="staff:ann", now=now) == RerateResult(1, 0)
        given_back = MinimumCharge.objects.values_list("amount_micros", "counted_on").last()
        assert (charged(acme, now), given_back) == (100, (-30, now.date()))
        assert list(check_usage()) == []


class TestManyOrganizations:
    """Each is charged less once its quarantined usage counts, since all of it moves to a cheaper tier."""

    def statements(self, now, prefix, count):
        customers = [create_organization(now, f"{prefix}-{number}") for number in range(count)]
        for each in customers:
            send(each, now, event("waits", "bulk", quantity=5, model=prefix))
        meter = Meter.objects.filter(slug="bulk").first() or make_meter("bulk", "service")
        tiers = [{"up_to_micros": 10 * MICRO, "micros_per_million": 1_000 * MICRO, "flat_micros": 0}]
        tiers.append({"up_to_micros": None, "micros_per_million": MICRO, "flat_micros": 0})
        price(meter, scheme="volume", tiers=tiers, model=prefix)
        for each in customers:
            send(each, now, event("rated", "bulk", quantity=10, model=prefix))
        assert [charged(each, now) for each in customers] == [10_000] * count
        with CaptureQueriesContext(connection) as queries:
            assert rerate(now) == RerateResult(count, 0)
        assert [charged(each, now) for each in customers] == [15] * count
        return len(queries)

    def test_cost_as_many_statements_as_few(self, now):
        assert self.statements(now, "few", 2) == self.statements(now, "many", 14)
        assert list(check_usage()) == []
