"""Usage by dimensions of events: sums that add up, bounded, and equal by page, API and file."""

import csv
import io
import json
import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.pricing.breakdowns import Breakdown, BreakdownInvalid, parse_breakdowns
from apps.pricing.models import Meter, PriceBook
from apps.pricing.services import cost_book
from apps.tenants.models import Organization
from apps.usage.errors import BreakdownNotKept
from apps.usage.models import BreakdownTotal
from apps.usage.selectors import BreakdownQuery, MarginGrouping, breakdowns, broken_down, margins
from apps.usage.selectors.breakdown_costs import at_rates, group_costs
from apps.usage.services import check_usage, correct_costs, rebuild_usage, rollups
from tests.api.callers import as_bearer, key_of
from tests.api.documents import assert_described
from tests.backoffice.people import client_of, create_staff
from tests.factories import create_organization
from tests.pricing.factories import EARLY, make_meter, price
from tests.usage.factories import event, send
from tests.usage.test_kinds import cells

DAY = date(2026, 11, 18)


class TestDefinitions:
    def test_keep_their_first_day_and_an_order_of_dimensions(self):
        before = [Breakdown(("user",), date(2026, 1, 1))]
        found = parse_breakdowns("model , key\n\nuser", before, DAY)
        assert found == [Breakdown(("key", "model"), DAY, counts_from=date.min), before[0]]

    def test_name_the_kind_alone_or_after_one_or_two_dimensions(self):
        found = parse_breakdowns("kind\nkind,user\nkey, kind ,model", [], DAY)
        assert [each.name for each in found] == ["kind", "user,kind", "key,model,kind"]

    @pytest.mark.parametrize(
        "text", ["color", "key,key", "key,user,model", "key\nkey", "key,", "key\nuser\nagent\ntag\nmodel"]
    )
    def test_are_refused_where_they_cannot_be_kept(self, text):
        with pytest.raises(BreakdownInvalid):
            parse_breakdowns(text, [], DAY)


pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(now):
    return create_organization(now)


@pytest.fixture
def chat(db):
    kept = [{"by": "key,model", "since": "2026-11-01"}, {"by": "user", "since": "2026-11-18"}]
    meter = make_meter(breakdowns=kept)
    price(meter, micros_per_million=1_000_000)
    return meter


@pytest.fixture
def usage(acme, chat, now):
    send(
        acme,
        now,
        event("a", quantity=1_000_000, key="k1", model="m1", user="u1"),
        event("b", quantity=2_000_000, key="k1", model="m2", user="u2"),
        event("c", quantity=3_000_000, key="k2", model="m1", user="u1", time="2026-11-17T10:00:00Z"),
        event("d", quantity=4_000_000),
    )
    send(acme, now, event("e", quantity=5_000_000, key="k1", model="m1", user="u1"))


def asked(*group_by, **more):
    return BreakdownQuery(
        group_by=group_by, **({"first_day": date(2026, 11, 1), "last_day": date(2026, 11, 30)} | more)
    )


def groups(organization, question):
    found = broken_down(organization, question, offset=0, limit=None)
    return [(*each.values.values(), each.sums["event_count"], each.sums["charge_micros"]) for each in found.groups]


class TestGroups:
    def test_add_up_to_the_window(self, acme, usage):
        assert groups(acme, asked("key", "model")) == [
            ("k1", "m1", 2, 6_000_000),
            ("", "", 1, 4_000_000),
            ("k2", "m1", 1, 3_000_000),
            ("k1", "m2", 1, 2_000_000),
        ]
        found = broken_down(acme, asked("key"), offset=0, limit=1)
        assert (len(found.groups), found.total["charge_micros"], found.since) == (1, 15_000_000, date(2026, 11, 1))
        assert list(check_usage()) == []

    def test_come_by_day_or_month_and_for_one_value(self, acme, usage):
        found = broken_down(acme, asked("key", interval="day", only={"model": "m1"}), offset=0, limit=None)
        shown = [(each.period, each.values["key"], each.sums["charge_micros"]) for each in found.groups]
        assert shown == [(date(2026, 11, 17), "k2", 3_000_000), (DAY, "k1", 6_000_000)]
        months = broken_down(acme, asked("model", interval="month", order="charge"), offset=0, limit=None)
        assert {each.period for each in months.groups} == {date(2026, 11, 1)}

    def test_begin_with_the_first_complete_day(self, acme, usage):
        assert groups(acme, asked("user")) == [("u1", 2, 6_000_000), ("", 1, 4_000_000), ("u2", 1, 2_000_000)]

    def test_that_are_not_kept_are_refused_by_name(self, acme, chat):
        with pytest.raises(BreakdownNotKept) as refused:
            broken_down(acme, asked("user", "key"), offset=0, limit=None)
        assert "chat by key and model; chat by user" in refused.value.detail

    def test_take_as_many_statements_however_many_events(self, acme, usage):
        with CaptureQueriesContext(connection) as captured:
            found = broken_down(acme, asked("key", interval="day"), offset=0, limit=1)
        assert len(captured) == 2
        beyond = broken_down(acme, asked("key", interval="day"), offset=99, limit=1)
        assert (beyond.groups, beyond.total, beyond.other) == ([], found.total, found.other)

    @pytest.mark.parametrize("offset", [0, 99])
    def test_by_kind_take_as_many_too_and_an_event_counts_once_in_their_total(self, acme, now, offset):
        meter = make_meter(breakdowns=[{"by": "key,kind", "since": "2026-11-01"}])
        price(meter, model="m", **cells("input 1\ncache_read 0.5\noutput 4"))
        tokens = {"input_tokens": 3_000_000, "cache_read_tokens": 2_000_000, "output_tokens": 1_000_000}
        send(acme, now, *(event(name, model="m", key=name, **tokens) for name in "ab"))
        with CaptureQueriesContext(connection) as captured:
            found = broken_down(acme, asked("kind", "key", interval="day"), offset=offset, limit=4)
        assert (len(captured), len(found.groups)) == (2, 4 if offset == 0 else 0)
        assert (found.total["event_count"], found.total["charge_micros"]) == (2, 12_000_000)
        assert {each.values["kind"] for each in found.groups} <= {"input", "cache_read", "output"}

    @pytest.mark.parametrize(("interval", "statements"), [("none", 4), ("day", 3)])
    def test_take_four_more_statements_with_costs_however_many_events(self, acme, usage, interval, statements):
        """They read the days on which the rate changed, which sums are kept, those sums by rate, and corrections.

        By day, no month is read whole, so the rates' days are not asked for.
        """
        with CaptureQueriesContext(connection) as captured:
            costs = group_costs(acme, at_rates(acme, asked("key", interval=interval)))
        assert (len(captured), costs.are_corrected) == (statements, True)

    def test_margins_are_there_by_key(self, acme, chat, now):
        send(acme, now, event("a", quantity=1_000_000, key="k1", cost={"amount": "0.25", "currency": "USD"}))
        (line,) = margins(MarginGrouping.KEY, first_day=DAY, last_day=DAY)
        assert (line.label, line.figures.margin_ppm) == ("Acme k1", 750_000)


class TestMonths:
    def test_are_read_instead_of_their_days_and_add_up_to_the_same(self, acme, usage, now, monkeypatch):
        whole, part = asked("key", "model"), asked("key", "model", last_day=date(2026, 11, 29))
        assert (whole.months, part.months) == ([date(2026, 11, 1)], [])
        assert groups(acme, whole) == groups(acme, part)
        around = asked("key", first_day=date(2026, 10, 15), last_day=date(2026, 12, 15))
        assert groups(acme, around) == groups(acme, asked("key"))
        BreakdownTotal.objects.filter(is_month=False).delete()
        assert groups(acme, around) == [("k1", 3, 8_000_000), ("", 1, 4_000_000), ("k2", 1, 3_000_000)]
        assert groups(acme, asked("key", interval="day")) == []
        assert {each.proof for each in check_usage()} == {
            "breakdowns against events",
            "months of breakdowns against days",
        }
        rebuild_usage(now=now)
        assert list(check_usage()) == []

    def test_end_with_the_last_of_all_days(self):
        last = {"first_day": date(9998, 11, 2), "last_day": date.max}
        assert asked("key", **last).months == [date(9998, 12, 1)]
        assert asked("key", first_day=date(9999, 12, 1), last_day=date.max).months == []

    def test_that_began_before_the_breakdown_are_read_by_day(self, acme, usage):
        assert groups(acme, asked("user")) == [("u1", 2, 6_000_000), ("", 1, 4_000_000), ("u2", 1, 2_000_000)]

    def test_have_a_bound_of_their_own(self, acme, chat, now, settings):
        settings.BREAKDOWN_VALUES_A_MONTH = 1
        send(acme, now, event("a", quantity=1_000_000, key="a"), event("b", quantity=1_000_000, key="b"))
        found = broken_down(acme, asked("key"), offset=0, limit=None)
        assert (found.other["event_count"], found.total["event_count"]) == (1, 2)
        by_day = broken_down(acme, asked("key", interval="day"), offset=0, limit=None)
        assert by_day.other["event_count"] == 0
        assert list(check_usage()) == []
        rebuild_usage(now=now)
        assert broken_down(acme, asked("key"), offset=0, limit=None).other["event_count"] == 1

    def test_in_which_the_rate_in_dollars_changed_are_converted_by_day(self, now):
        globex = create_organization(now, "globex", currency="EUR", usd_rate_micros=1_000_000)
        meter = make_meter(breakdowns=[{"by": "key", "since": "2026-11-01"}])
        price(meter, micros_per_million=1_000_000, book=PriceBook.objects.create(currency="EUR", created_at=EARLY))
        cost = {"amount": "1", "currency": "USD"}
        days = {"a": "2026-11-17T10:00:00Z", "b": "2026-11-18T10:00:00Z"}
        send(globex, now, *(event(name, quantity=10**6, key="k", cost=cost, time=at) for name, at in days.items()))
        assert group_costs(globex, at_rates(globex, asked("key"))).total.charge_picos == 2 * 10**12
        Organization.objects.filter(pk=globex.pk).update(usd_rate_micros=2_000_000, usd_rate_date=DAY)
        query = at_rates(globex, asked("key"))
        (group,), costs = broken_down(globex, query, offset=0, limit=None).groups, group_costs(globex, query)
        assert (costs.of(group).charge_picos, costs.of(group).cost_picos) == (3 * 10**12, 2 * 10**12)


class TestBound:
    def test_values_beyond_it_are_added_up_and_said(self, acme, chat, now, monkeypatch):
        monkeypatch.setattr(rollups, "VALUES_A_DAY", 3)
        for batch in ("ab", "bcd", "ae"):
            send(acme, now, *(event(f"{batch}{key}", quantity=1_000_000, key=key, user="u") for key in batch))
        rows = BreakdownTotal.objects.filter(by="key,model", is_month=False).order_by("is_other", "value_1")
        assert [(row.value_1, row.is_other, row.event_count) for row in rows] == [
            ("a", False, 2),
            ("b", False, 2),
            ("c", False, 1),
            ("", True, 2),
        ]
        found = broken_down(acme, asked("key", interval="day"), offset=0, limit=None)
        assert (found.other["event_count"], found.total["event_count"]) == (2, 7)
        assert list(check_usage()) == []

    def test_a_value_that_is_empty_is_none_of_the_others(self, acme, chat, now, monkeypatch):
        monkeypatch.setattr(rollups, "VALUES_A_DAY", 1)
        send(acme, now, event("a", quantity=1), event("b", quantity=1, key="k", user="u"))
        assert BreakdownTotal.objects.filter(by="user", is_month=False, is_other=False).get().value_1 == ""

    def test_sums_are_rebuilt_and_proved(self, acme, usage, now):
        before = sorted(BreakdownTotal.objects.values_list("by", "value_1", "value_2", "charge_micros"))
        rebuild_usage(now=now)
        assert sorted(BreakdownTotal.objects.values_list("by", "value_1", "value_2", "charge_micros")) == before
        BreakdownTotal.objects.filter(value_1="k2", is_month=False).delete()
        assert [each.proof for each in check_usage()] == [
            "breakdowns against events",
            "months of breakdowns against days",
        ]


class TestAnswers:
    ADDRESS = "/v1/usage/breakdown?from=2026-11-01&to=2026-11-30&group_by="

    @pytest.fixture
    def caller(self, acme, usage):
        return Client(headers=as_bearer(key_of(acme, "billing:read")))

    def test_pages_follow_each_other(self, caller):
        first = caller.get(self.ADDRESS + "key,model&limit=3").json()
        assert_described("getUsageBreakdown", first)
        assert first["data"][0] == {
            "key": "k1",
            "model": "m1",
            "events": 2,
            "quantity": 6_000_000,
            "inputTokens": 0,
            "outputTokens": 0,
            "charge": 6,
        }
        assert (first["total"]["charge"], first["truncated"], first["since"]) == (15, False, "2026-11-01")
        second = caller.get(f"{self.ADDRESS}key,model&limit=3&cursor={first['nextCursor']}").json()
        assert ([each["key"] for each in second["data"]], "nextCursor" in second) == (["k1"], False)

    def test_a_file_has_all_groups(self, caller):
        answer = caller.get(self.ADDRESS + "key,model&format=csv&limit=1")
        rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        assert sum(int(row["charge"]) for row in rows) == 15
        assert rows[0]["currency"] == "USD"

    def test_a_file_of_many_days_is_read_in_parts_and_is_the_same(self, caller, monkeypatch):
        address = self.ADDRESS + "key,model&interval=day&format=csv"
        whole = b"".join(caller.get(address).streaming_content)
        with CaptureQueriesContext(connection) as at_once:
            b"".join(caller.get(address).streaming_content)
        monkeypatch.setattr(breakdowns, "DAYS_AT_ONCE", 7)
        with CaptureQueriesContext(connection) as captured:
            assert b"".join(caller.get(address).streaming_content) == whole
        assert len(captured) > len(at_once) + 2

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("color", "query.group_by"),
            ("", "query.group_by"),
            ("key&interval=year", "query.interval"),
            ("key&sort=x", "query.sort"),
            ("key&format=xml", "query.format"),
            ("key&cursor=x", "query.cursor"),
            ("key&limit=501", "query.limit"),
        ],
    )
    def test_name_what_is_wrong(self, caller, query, field):
        answer = caller.get(self.ADDRESS + query)
        assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, field)

    @pytest.mark.parametrize(
        ("query", "table", "told"),
        [
            ("key,model", "usage_breakdowntotal", b'"charge":15'),
            ("user&interval=day", "usage_breakdowntotal", b'"charge":12'),
            ("key&format=csv", "usage_breakdowntotal", b"k1,,3,8"),
            ("model", "usage_usageday", b'"charge":15'),
            ("meter&interval=month&format=csv", "usage_usageday", b"2026-11,chat,,5,15"),
        ],
    )
    def test_read_sums_and_no_event(self, caller, query, table, told):
        with CaptureQueriesContext(connection) as captured:
            answer = caller.get(self.ADDRESS + query)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        statements = [each["sql"] for each in captured]
        assert told in content
        assert any(table in sql for sql in statements)
        assert [sql for sql in statements if "usage_usageevent" in sql] == []

    def test_a_window_is_bounded_and_what_is_not_kept_is_named(self, caller):
        assert caller.get("/v1/usage/breakdown?group_by=key&from=2020-01-01&to=2026-01-01").status_code == 422
        assert caller.get("/v1/usage/breakdown?group_by=key&from=2025-01-01&to=2026-02-04").status_code == 200
        refused = caller.get("/v1/usage/breakdown?group_by=key&from=2025-01-01&to=2026-02-05")
        assert "at most 399 days after from" in refused.json()["errors"][0]["message"]
        answer = caller.get(self.ADDRESS + "agent")
        assert (answer.status_code, answer.json()["code"]) == (422, "breakdown_not_kept")


class TestCosts:
    QUERY = "/v1/usage/breakdown?from=2026-11-01&to=2026-11-30&group_by="

    @pytest.fixture
    def operator(self):
        return Client(headers=as_bearer(key_of(None, "platform:ledger")))

    @pytest.fixture
    def costed(self, acme, chat, now):
        """A charge of 3 that cost 1 and one of 2 without a known cost, by k1; a charge of 4 that cost 9, by k2."""
        cost = {"currency": "USD", "amount": "1.000000000001"}
        send(
            acme,
            now,
            event("a", quantity=3_000_000, key="k1", model="m1", user="u", cost=cost),
            event("b", quantity=2_000_000, key="k1", model="m1", user="v"),
            event("c", quantity=4_000_000, key="k2", model="m2", user="v", cost=cost | {"amount": "9"}),
        )

    def test_are_for_operators_only_and_add_up(self, acme, operator, costed):
        by = f"&organizationId={acme.pk}"
        found = operator.get(f"{self.QUERY}key{by}").json()
        assert_described("getUsageBreakdown", found)
        costs = {each["key"]: each["cost"] for each in found["data"]}
        assert costs["k1"] == {
            "events": 1,
            "chargeUsd": 3,
            "costUsd": 1.000000000001,
            "marginUsd": 1.999999999999,
            "chargeWithoutCostUsd": 2,
            "marginPercent": 66.6667,
        }
        assert (costs["k2"]["marginPercent"], found["total"]["cost"]["costUsd"]) == (-125, 10.000000000001)
        for query in ("user", "model&interval=month", "meter", "key,model&interval=day"):
            assert operator.get(f"{self.QUERY}{query}{by}").json()["total"]["cost"] == found["total"]["cost"]
        answer = operator.get(f"{self.QUERY}key&format=csv{by}")
        rows = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
        assert {row["key"]: row["costUsd"] for row in rows} == {"k1": "1.000000000001", "k2": "9"}
        own = Client(headers=as_bearer(key_of(acme, "billing:read"))).get(f"{self.QUERY}key{by}").json()
        assert "cost" not in json.dumps(own)

    def test_include_corrections_where_these_are_kept(self, acme, operator, costed, chat, now):
        book = cost_book(currency="USD", now=EARLY)
        version = price(chat, book=book, micros_per_million=500_000)
        run = {"first_day": date(2026, 11, 1), "last_day": date(2026, 11, 30), "reason": "r", "created_by": "staff:ann"}
        correct_costs(version_id=version.pk, now=now, **run)
        found = {
            by: operator.get(f"{self.QUERY}{by}&organizationId={acme.pk}").json() for by in ("key", "model", "user")
        }
        told = {by: (each["costsAreCorrected"], each["total"]["cost"]["costUsd"]) for by, each in found.items()}
        assert told == {
            "key": (True, 11.000000000001),
            "model": (True, 11.000000000001),
            "user": (False, 10.000000000001),
        }
        assert found["key"]["data"][0]["cost"]["chargeWithoutCostUsd"] == 0

    @pytest.mark.parametrize(
        ("scope", "named", "status"),
        [
            ("platform:usage", "acme", 403),
            ("platform:ledger", "", 422),
            ("platform:ledger", "globex", 200),
            ("billing:read", "globex", 422),
            ("billing:read", "acme", 200),
        ],
    )
    def test_an_operator_names_the_organization(self, acme, chat, now, scope, named, status):
        customers = {"acme": acme.pk, "globex": create_organization(now, "globex").pk, "": ""}
        key = key_of(acme if scope == "billing:read" else None, scope)
        answer = Client(headers=as_bearer(key)).get(f"{self.QUERY}key&organizationId={customers[named]}")
        assert answer.status_code == status


class TestScreens:
    def test_staff_choose_breakdowns_of_a_meter(self, chat):
        ann = client_of(create_staff("ann", is_superuser=True))
        address = reverse("admin:pricing_meter_change", args=[chat.pk])
        typed = {"name": "Chat", "unit": "token", "unknown_models": "quarantine", "breakdowns_text": "user\ntag"}
        typed |= {"slug": "chat", "kind": "token", "counts": "tokens"}
        page = ann.get(address).content.decode()
        assert "key,model\nuser" in page
        typed["_seen"] = re.search(r'name="_seen" value="([^"]+)"', page).group(1)
        answer = ann.post(address, typed)
        assert answer.status_code == 302
        (user, tag) = Meter.objects.get().breakdowns
        assert (user, tag["by"]) == ({"by": "user", "since": "2026-11-18"}, "tag")
        assert "not one of" in ann.post(address, typed | {"breakdowns_text": "color"}).content.decode()

    def test_staff_type_the_weights_of_a_meter_without_prices(self, db):
        meter = make_meter("new")
        ann = client_of(create_staff("ann", is_superuser=True))
        address = reverse("admin:pricing_meter_change", args=[meter.pk])
        typed = {"name": "New", "unit": "token", "slug": "new", "kind": "token", "counts": "tokens"}
        typed |= {"weights_text": "cache_read 0.1\noutput 2", "cost_from": "book"}
        typed["_seen"] = re.search(r'name="_seen" value="([^"]+)"', ann.get(address).content.decode()).group(1)
        assert ann.post(address, typed).status_code == 302
        meter.refresh_from_db()
        assert (meter.kind_weights, meter.cost_from) == ({"cache_read": 100_000, "output": 2_000_000}, "book")
        price(meter, micros_per_million=1)
        assert "disabled" in re.search(r"<textarea[^>]*weights_text[^>]*>", ann.get(address).content.decode()).group(0)

    def test_the_customers_tab_has_the_same(self, acme, chat, now):
        ann = client_of(create_staff("bob", is_superuser=True))
        address = reverse("admin:tenants_organization_change", args=[acme.pk])
        page = ann.get(f"{address}?tab=usage&by=key,model").content.decode()
        assert "Usage by key and model" in page
        assert "By user" in page
