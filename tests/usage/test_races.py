"""Concurrent usage: nothing lost, nothing twice, exact totals."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Sum

from apps.common.periods import parse_month
from apps.pricing.models import Meter
from apps.pricing.services import PriceSlot, PriceTerms, draft_price_version, list_price_book, publish_price_version
from apps.usage.models import BreakdownTotal, MonthClose, UsageEvent
from apps.usage.services import breakdown_refill, check_usage, close_month, fill_breakdown
from apps.wallets.consistency import book_mismatches
from apps.wallets.selectors import wallet_figures
from tests.factories import create_organization
from tests.pricing.factories import EARLY, make_meter, price
from tests.usage.factories import event, send, several
from tests.usage.storm import Storm, define_prices

pytestmark = pytest.mark.django_db(transaction=True)


def charged(organization, now):
    return -wallet_figures(organization, now).balance_micros


def at_once(*calls):
    """Run calls at the same moment, each on a connection of its own, and return their results."""
    gate = threading.Barrier(len(calls))

    def run(call):
        gate.wait()
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def check_storm(storm, now, **how):
    result = storm.strike(now=now, **how)
    events = sum(map(len, storm.events.values()))
    assert (result.accepted, result.duplicate, result.quarantined, result.refusals) == (events, events, 0, [])
    credit = 5_000_000
    assert {each: charged(each, now) + credit for each in storm.organizations} == storm.must_cost()
    assert list(check_usage()) == []
    assert list(book_mismatches()) == []


class TestStorm:
    def test_leaves_every_total_right_to_the_micro(self, now):
        define_prices()
        check_storm(Storm.brew(organizations=12, each=700, now=now), now, connections=6, batch=150)

    @pytest.mark.long
    def test_of_a_million_events_leaves_every_total_right_to_the_micro(self, now):
        define_prices()
        check_storm(Storm.brew(organizations=200, each=5_000, now=now), now, connections=8, batch=500)


class TestAtOnce:
    @pytest.mark.parametrize(("part", "fillers"), [(10_000, 1), (7, 1), (7, 2)])
    def test_a_breakdown_is_added_and_filled_while_usage_is_counted(self, now, monkeypatch, part, fillers):
        """In slices of a day as well, and by two workers that got the same message."""
        monkeypatch.setattr(breakdown_refill, "PART", part)
        acme, chat = create_organization(now), make_meter()
        price(chat, input_micros_per_million=1_250_000, output_micros_per_million=10_000_000)
        days = [f"2026-11-{day}T10:00:00Z" for day in ("03", "09", "18")]

        def events(name, count):
            work = {"key": f"k{count % 4}", "input_tokens": 777, "reasoning_tokens": 9}
            return [event(f"{name}-{count}-{at}", time=at, **work) for at in days]

        def add():
            Meter.objects.filter(pk=chat.pk).update(
                breakdowns=[{"by": "key,kind", "since": "2026-11-19", "from": "0001-01-01"}]
            )

        def fill(*, adds=False):
            if adds:
                add()
            after = None
            for _ in range(500):
                after = fill_breakdown(meter_id=chat.pk, by="key,kind", after=after, now=now, slices=1)
                if after is None:
                    return

        send(acme, now, *(each for count in range(40) for each in events("past", count)))
        senders = [lambda name=name: [send(acme, now, *events(name, count)) for count in range(12)] for name in "abc"]
        if fillers == 1:
            at_once(lambda: fill(adds=True), *senders)
        else:
            add()
            at_once(*[fill] * fillers, *senders)
        chat.refresh_from_db()
        assert chat.breakdowns == [{"by": "key,kind", "since": "2020-01-01"}]
        assert list(check_usage()) == []
        totals = BreakdownTotal.objects.filter(kind="", is_month=False).aggregate(
            Sum("event_count"), Sum("charge_micros")
        )
        assert totals == {"event_count__sum": 3 * (40 + 36), "charge_micros__sum": charged(acme, now)}

    def test_the_same_event_from_fifty_threads_counts_once(self, now):
        acme = create_organization(now)
        price(make_meter(), micros_per_million=1_000_000)
        results = at_once(*[lambda: send(acme, now, event(quantity=7))] * 50)
        assert (sum(result.accepted for result in results), sum(result.duplicate for result in results)) == (1, 49)
        assert charged(acme, now) == 7

    def test_two_closes_charge_each_thing_once(self, now):
        acme = create_organization(EARLY)
        price(make_meter(), micros_per_million=1_000_000, minimum_micros=100)
        send(acme, now, event(quantity=7, time="2026-10-05T00:00:00Z"))
        month = parse_month("2026-10")
        at_once(*[lambda: close_month(month=month, closed_by="system:test", now=now)] * 4)
        assert (MonthClose.objects.get().attempts, charged(acme, now)) == (1, 100)

    def test_usage_that_meets_a_close_is_before_it_or_a_correction(self, now):
        acme = create_organization(EARLY)
        price(make_meter(), micros_per_million=1_000_000, minimum_micros=2_500)
        batches = [several(100, prefix=f"b{n}-", quantity=3, time="2026-10-05T00:00:00Z") for n in range(10)]
        sends = [lambda batch=batch: send(acme, now, *batch) for batch in batches]
        at_once(*sends, lambda: close_month(month=parse_month("2026-10"), closed_by="system:test", now=now))
        assert (UsageEvent.objects.count(), charged(acme, now)) == (1_000, 3_000)
        assert list(check_usage()) == []

    def test_a_price_that_changes_meanwhile_prices_each_event_at_its_own_time(self, now):
        acme, meter = create_organization(now), make_meter()
        price(meter, micros_per_million=1_000_000)
        start = now + timedelta(minutes=10)
        draft = draft_price_version(
            slot=PriceSlot(book=list_price_book(currency="USD", now=now), meter=meter, effective_from=start),
            terms=PriceTerms(scheme="per_token", micros_per_million=9_000_000),
            created_by="staff:ann",
            now=now,
        )
        later = start + timedelta(minutes=1)
        before = [several(50, prefix=f"a{n}-", quantity=1, time="2026-11-18T12:04:00Z") for n in range(4)]
        at_once(
            *[lambda batch=batch: send(acme, now, *batch) for batch in before],
            lambda: publish_price_version(version_id=draft.pk, published_by="staff:ann", now=now),
        )
        send(acme, later, *several(10, prefix="z", quantity=1, time=later.isoformat()))
        assert charged(acme, now) == 200 * 1 + 10 * 9
