"""A breakdown that staff add is filled from past usage, in slices, while usage goes on."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from apps.backoffice.customer_page.summary import tab_of
from apps.outbox.models import OutboxMessage
from apps.pricing.models import Meter
from apps.pricing.services import cost_book
from apps.usage.models import ArchivedMonth, BreakdownTotal, MeteredOrganization
from apps.usage.selectors import BreakdownQuery, broken_down
from apps.usage.services import (
    breakdown_refill,
    check_usage,
    correct_event,
    fill_breakdown,
    rebuild_usage,
    rerate_quarantined,
)
from apps.usage.services.corrections import Correction
from apps.usage.tasks import fill_breakdown as fill_task
from tests.backoffice.people import client_of, create_staff
from tests.factories import create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send
from tests.usage.test_kinds import cells

pytestmark = pytest.mark.django_db
NEW = [{"by": "key,model,kind", "since": "2026-11-19", "from": "0001-01-01"}]
BY = {"by": "key,model,kind"}
DAYS = ("2026-10-03", "2026-10-30", "2026-11-02", "2026-11-17", "2026-11-18")
ALL = {"first_day": date(2026, 10, 1), "last_day": date(2026, 11, 30)}


@pytest.fixture
def acme(now):
    return create_organization(now)


@pytest.fixture
def globex(now):
    return create_organization(now, "globex")


@pytest.fixture
def chat(db):
    """A meter with prices by kind, without a breakdown."""
    meter = make_meter()
    price(meter, model="m", **cells("input 1.25\ncache_read 0.125\noutput 10"))
    price(meter, model="m", book=cost_book(currency="USD", now=meter.created_at), **cells("input 1\noutput 4"))
    return meter


def call(name, day, **more):
    amounts = {"input_tokens": 1_234, "cache_read_tokens": 1_000, "reasoning_tokens": 77}
    return event(name, time=f"{day}T10:00:00Z", **{"model": "m", "key": "k1", **amounts, **more})


@pytest.fixture
def past(acme, globex, chat, now):
    """Usage of both customers before the breakdown is added."""
    for customer in (acme, globex):
        send(customer, now, *(call(day, day, key=f"k{place % 2}") for place, day in enumerate(DAYS)))
    return add(chat)


def add(meter, rows=NEW):
    Meter.objects.filter(pk=meter.pk).update(breakdowns=rows)
    meter.refresh_from_db()
    return meter


def fill(meter, now, slices=2):
    """Fill all of it; return the number of runs."""
    after, runs = None, 0
    while True:
        after, runs = fill_breakdown(meter_id=meter.pk, **BY, after=after, now=now, slices=slices), runs + 1
        if after is None:
            return runs


def sums_of_events(organization):
    """Add the events up by day, key and model, independently of the totals."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT counted_on, key, model, SUM(CASE WHEN voids IS NULL THEN 1 ELSE -1 END), SUM(input_tokens),"
            " SUM(output_tokens), SUM(charge_micros), COALESCE(SUM(cost_picos), 0) FROM usage_usageevent"
            " WHERE organization_id = %s AND state = 'rated' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
            [organization.pk],
        )
        return [tuple(each) for each in cursor.fetchall()]


def kept(organization):
    sums = ("event_count", "input_tokens", "output_tokens", "charge_micros", "cost_picos")
    rows = BreakdownTotal.objects.filter(organization=organization, is_month=False, kind="")
    return [
        tuple(row) for row in rows.order_by("day", "value_1", "value_2").values_list("day", "value_1", "value_2", *sums)
    ]


def test_it_equals_an_independent_sum_and_is_complete_since_the_meter_exists(acme, globex, past, now):
    assert kept(acme) == []
    runs = fill(past, now)
    past.refresh_from_db()
    assert runs > 2
    assert past.breakdowns == [{"by": "key,model,kind", "since": "2020-01-01"}]
    for customer in (acme, globex):
        assert kept(customer) == sums_of_events(customer)
    assert list(check_usage()) == []
    found = broken_down(acme, BreakdownQuery(group_by=("kind",), interval="month", **ALL), offset=0, limit=None)
    assert {(each.period.month, each.values["kind"]): each.sums["event_count"] for each in found.groups} == {
        (month, kind): count for month, count in ((10, 2), (11, 3)) for kind in ("input", "cache_read", "reasoning")
    }


@pytest.mark.parametrize("part", [10_000, 2])
def test_usage_that_arrives_meanwhile_counts_once(acme, globex, past, now, monkeypatch, part):
    """It comes between any two slices: for filled days and others, late, voided, or rated after it waited."""
    monkeypatch.setattr(breakdown_refill, "PART", part)
    send(acme, now, call("waits", "2026-11-02", model="later"), call("waits2", "2026-11-17", model="later"))
    after, run = None, 0
    while True:
        send(acme, now, *(call(f"live{run}-{day}", day, key=f"k{run % 3}") for day in ("2026-10-03", *DAYS[2:])))
        after = fill_breakdown(meter_id=past.pk, **BY, after=after, now=now, slices=1)
        if run == 2:
            price(Meter.objects.get(), model="later", **cells("input 3\noutput 5"))
            assert rerate_quarantined(created_by="staff:ann", now=now).rated == 2
        if run in (1, 4):
            void(acme, f"live{run - 1}-2026-11-02", now)
            void(acme, DAYS[run], now)
        if after is None:
            break
        run += 1
    send(acme, now, call("last", "2026-10-30"))
    for customer in (acme, globex):
        assert kept(customer) == sums_of_events(customer)
    assert list(check_usage()) == []


@pytest.fixture
def long_day(acme, globex, chat, now, monkeypatch):
    """A meter with a new breakdown, and a past day with more events than one slice adds; some of them wait."""
    monkeypatch.setattr(breakdown_refill, "PART", 3)
    for start in range(0, 20, 5):
        send(acme, now, *(call(f"e{n}", "2026-11-02", key=f"k{n % 4}") for n in range(start, start + 5)))
        send(acme, now, call(f"waits{start}", "2026-11-02", model="later", key="w"))
    return add(chat)


def fill_by_slices(meter, now, between):
    """Fill in runs of one slice each, and call `between` after each; return how far each run got."""
    after, reached = None, []
    while after is not None or not reached:
        after = fill_breakdown(meter_id=meter.pk, **BY, after=after, now=now, slices=1)
        reached.append(after)
        between(len(reached))
    return reached


def test_a_long_day_is_added_in_slices_while_usage_of_it_arrives(acme, long_day, now):
    def between(run):
        if run <= 7:
            send(acme, now, call(f"live{run}", "2026-11-02", key=f"k{run}"))

    reached = fill_by_slices(long_day, now, between)
    assert len([each for each in reached if each is not None and each.newest]) == 6  # 20 events, three in a slice
    assert kept(acme) == sums_of_events(acme)
    assert sum(row[3] for row in kept(acme)) == 20 + 7
    assert list(check_usage()) == []
    assert not MeteredOrganization.objects.exclude(filling={}).exists()


@pytest.mark.parametrize("what", ["rate", "rebuild", "replace", "void", "again"])
def test_a_long_day_counts_once_whatever_happens_between_two_slices(acme, long_day, now, what):
    def between(run):
        if run != 3:
            return
        if what == "rate":
            price(Meter.objects.get(), model="later", **cells("input 3\noutput 5"))
            assert rerate_quarantined(created_by="staff:ann", now=now).rated == 4
        if what == "rebuild":
            rebuild_usage(now=now)
        if what == "again":  # its first message is delivered once more
            fill_breakdown(meter_id=long_day.pk, **BY, after=None, now=now, slices=2)
        for number in (1, 11, 19) if what in ("replace", "void") else ():  # counted before, and still to come
            new = call(f"e{number}", "2026-11-02", input_tokens=5_000) if what == "replace" else None
            facts = {"organization": acme, "source": "app", "event_id": f"e{number}", "created_by": "key:test"}
            correct_event(Correction(reason="sent twice", event=new, **facts), now=now)

    fill_by_slices(long_day, now, between)
    assert kept(acme) == sums_of_events(acme)
    assert list(check_usage()) == []


def test_a_day_left_unfinished_is_begun_again_if_staff_add_the_breakdown_again(acme, long_day, now):
    assert fill_breakdown(meter_id=long_day.pk, **BY, after=None, now=now, slices=2).newest
    add(long_day, [])
    send(acme, now, call("meanwhile", "2026-11-02"))
    fill(add(long_day), now)
    assert kept(acme) == sums_of_events(acme)


def test_the_slices_of_a_long_day_keep_to_the_bound_of_values(acme, long_day, now, monkeypatch):
    monkeypatch.setattr(breakdown_refill, "VALUES_A_DAY", 2)
    fill(long_day, now)
    rows = BreakdownTotal.objects.filter(is_month=False, kind="").order_by("value_1")
    found = list(rows.values_list("value_1", "is_other", "event_count"))
    assert found == [("", True, 10), ("k0", False, 5), ("k1", False, 5)]
    assert list(check_usage()) == []


def void(organization, event_id, now):
    facts = {"organization": organization, "source": "app", "event_id": event_id, "created_by": "key:test"}
    correct_event(Correction(reason="sent twice", **facts), now=now)


def test_a_slice_that_runs_again_changes_nothing(acme, past, now):
    after = fill_breakdown(meter_id=past.pk, **BY, after=None, now=now, slices=3)
    rows = BreakdownTotal.objects.order_by("organization", "day", "kind", "is_month", "value_1")
    before = list(rows.values_list("organization", "day", "value_1", "charge_micros"))
    assert fill_breakdown(meter_id=past.pk, **BY, after=None, now=now, slices=3) == after
    assert list(rows.all().values_list("organization", "day", "value_1", "charge_micros")) == before
    fill(past, now)
    assert list(check_usage()) == []


def test_until_it_is_filled_only_complete_days_are_shown(acme, past, now):
    fill_breakdown(meter_id=past.pk, **BY, after=None, now=now, slices=3)
    found = broken_down(acme, BreakdownQuery(group_by=("key",), **ALL), offset=0, limit=None)
    assert (found.groups, found.since, found.is_being_filled) == ([], date(2026, 11, 19), True)
    assert list(check_usage()) == []
    fill(past, now)
    found = broken_down(acme, BreakdownQuery(group_by=("key",), **ALL), offset=0, limit=None)
    assert (found.total["event_count"], found.is_being_filled) == (5, False)


def test_days_with_archived_events_stay_out(acme, past, now):
    facts = {"file": "x", "sha256": "0" * 64, "row_count": 0, "charge_micros": 0, "archived_at": now}
    ArchivedMonth.objects.create(month=date(2026, 10, 1), **facts)
    fill(past, now)
    past.refresh_from_db()
    assert past.breakdowns == [{"by": "key,model,kind", "since": "2026-11-02"}]
    assert kept(acme) == [row for row in sums_of_events(acme) if row[0] > date(2026, 11, 1)]


def test_one_that_staff_removed_is_left_alone(acme, past, now):
    after = fill_breakdown(meter_id=past.pk, **BY, after=None, now=now, slices=1)
    add(past, [])
    assert fill_breakdown(meter_id=past.pk, **BY, after=after, now=now) is None
    assert past.breakdowns == []


def test_messages_carry_it_on_until_the_end(acme, globex, past, now, monkeypatch):
    first = {"meter_id": past.pk, **BY, "begun_at": now.isoformat()}
    fill_task(now=now, **first)
    assert not OutboxMessage.objects.filter(task="usage.fill_breakdown").exists()
    past = add(past)
    monkeypatch.setitem(fill_breakdown.__kwdefaults__, "slices", 1)
    fill_task(now=now, **first)
    done = []
    while message := OutboxMessage.objects.filter(task="usage.fill_breakdown").exclude(pk__in=done).first():
        done.append(message.pk)
        fill_task(now=now, **message.arguments)
    past.refresh_from_db()
    assert past.breakdowns == [{"by": "key,model,kind", "since": "2020-01-01"}]
    assert len(done) == 2 * (len(DAYS) + 1)


class TestScreens:
    @time_machine.travel(datetime(2026, 11, 18, 12, tzinfo=UTC), tick=False)
    def test_staff_add_it_and_see_since_when_it_is_complete(self, acme, chat, now):
        send(acme, now, call("a", "2026-11-17"))
        ann = client_of(create_staff("ann", is_superuser=True))
        address = reverse("admin:pricing_meter_change", args=[chat.pk])
        typed = {"name": "Chat", "unit": "token", "unknown_models": "quarantine", "breakdowns_text": "kind\nkey"}
        typed["_seen"] = re.search(r'name="_seen" value="([^"]+)"', ann.get(address).text).group(1)
        assert ann.post(address, typed).status_code == 302
        shown = ann.get(address).text
        assert "By kind: complete from 2026-11-19 on; earlier usage is being added" in shown
        tab = tab_of(acme, "usage", by="kind", range="30")
        assert "Complete from 2026-11-19 on. Earlier usage is being added." in ann.get(tab).text
        messages = list(OutboxMessage.objects.filter(task="usage.fill_breakdown").order_by("pk"))
        assert [each.arguments["by"] for each in messages] == ["kind", "key"]
        for each in messages:
            fill_task(now=now + timedelta(seconds=9), **each.arguments)
        assert "By kind: complete from 2020-01-01 on. By key: complete from 2020-01-01 on" in ann.get(address).text
        assert "cache_read" in ann.get(tab).text
        assert list(check_usage()) == []

    def test_kinds_are_for_meters_of_tokens(self, db):
        meter = make_meter("calls", "service")
        ann = client_of(create_staff("ann", is_superuser=True))
        address = reverse("admin:pricing_meter_change", args=[meter.pk])
        typed = {"name": "Calls", "unit": "call", "slug": "calls", "kind": "service", "counts": "quantity"}
        typed["_seen"] = re.search(r'name="_seen" value="([^"]+)"', ann.get(address).text).group(1)
        answer = ann.post(address, typed | {"breakdowns_text": "key,kind"})
        assert "Only usage of a meter that counts tokens has token kinds." in answer.text
