"""Breakdowns by token kind: what each kind counted, was charged and cost, adding up to the whole events."""

import csv
import io
from datetime import date
from itertools import count

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.pricing.cell_text import read_lines
from apps.pricing.cells import table_rows
from apps.pricing.services import cost_book
from apps.usage.errors import BreakdownNotKept
from apps.usage.models import BreakdownTotal, UsageEvent
from apps.usage.selectors import BreakdownQuery, broken_down, posted_rows
from apps.usage.selectors.breakdown_costs import at_rates, group_costs
from apps.usage.services import check_usage, correct_event, rebuild_usage, rollups
from apps.usage.services.corrections import Correction
from tests.api.callers import as_bearer, key_of
from tests.api.documents import assert_described
from tests.factories import create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

pytestmark = pytest.mark.django_db
CALL = {"input_tokens": 262_960, "cache_read_tokens": 257_955, "output_tokens": 1_744}
PRICES = "input 1.25\ncache_read 0.625\noutput 10\nsearches 0.01\nimages 0.002\nrequests 0.000001"
COSTS = "input 1\ncache_read 0.1\noutput 4"
KEPT = [{"by": each, "since": "2026-11-01"} for each in ("kind", "key,model,kind")]
NOVEMBER = {"first_day": date(2026, 11, 1), "last_day": date(2026, 11, 30)}


def cells(text):
    return {"scheme": "cells", "cells": table_rows(read_lines(text))}


@pytest.fixture
def acme(now):
    return create_organization(now)


@pytest.fixture
def chat(db):
    meter = make_meter(breakdowns=KEPT)
    price(meter, model="m", **cells(PRICES))
    price(meter, model="c", book=cost_book(currency="USD", now=meter.created_at), **cells(COSTS))
    price(meter, model="c", **cells("input 2\noutput 8"))
    price(meter, model="share", **cells("cost 1.3 USD"))
    price(meter, model="months", **cells("month tokens graduated 1000=1 0.5\nsearches 0.02"))
    price(
        meter, model="flat", scheme="per_token", input_micros_per_million=500_000, output_micros_per_million=3_000_000
    )
    price(meter, model="steps", scheme="graduated", tiers=STEPS)
    return meter


# A unit stands in for the tokens of its content, which then cost nothing.
INSTEAD = {"input_image": 0, "images": 4_000, "requests": 1}
STEPS = [
    {"up_to_micros": 10**9, "micros_per_million": 2_000_000},
    {"up_to_micros": None, "micros_per_million": 1_000_000},
]


def by_kind(organization, *group_by, **more):
    found = broken_down(
        organization, BreakdownQuery(group_by=(*group_by, "kind"), **NOVEMBER, **more), offset=0, limit=None
    )
    return {tuple(each.values.values()): each.sums for each in found.groups}, found.total


def test_the_kinds_of_a_call_have_their_tokens_and_their_lines_of_the_charge(acme, chat, now):
    send(acme, now, event(model="m", key="k", quantities={"searches": "2"}, **CALL))
    found, total = by_kind(acme)
    assert {kind: sums["charge_micros"] for (kind,), sums in found.items()} == {
        "input": 6_256,
        "cache_read": 161_222,
        "output": 17_440,
        "searches": 20_000,
        "requests": 1,
    }
    assert found["cache_read",]["input_tokens"] == 257_955
    assert (found["output",]["output_tokens"], found["searches",]["quantity_micros"]) == (1_744, 2_000_000)
    assert (total["event_count"], total["charge_micros"], total["input_tokens"]) == (1, 204_919, 262_960)
    (row,) = posted_rows(UsageEvent.objects.get().posting)
    assert {name: micros for name, _, micros in row.kinds} == {
        kind: sums["charge_micros"] for (kind,), sums in found.items()
    }


def test_by_key_model_and_day_they_add_up_to_each(acme, chat, now):
    send(acme, now, event("a", model="m", key="k", **CALL), event("b", model="c", key="k", **CALL))
    send(acme, now, event("c", model="m", time="2026-11-17T10:00:00Z", input_tokens=1_000_000))
    found, total = by_kind(acme, "key", "model", interval="day")
    assert {place: sums["charge_micros"] for place, sums in found.items() if place[1] == "c"} == {
        ("k", "c", "input"): 10_010,
        ("k", "c", "cache_read"): 515_910,
        ("k", "c", "output"): 13_952,
    }
    assert sum(sums["charge_micros"] for sums in found.values()) == total["charge_micros"]
    assert total["event_count"] == 3
    only, of_kind = by_kind(acme, "key", only={"kind": "cache_read"})
    assert set(only) == {("k", "cache_read")}
    assert of_kind["input_tokens"] == 515_910


def test_costs_by_the_cost_book_have_its_prices_and_told_ones_those_of_the_charge(acme, chat, now):
    send(acme, now, event("a", model="c", **CALL))
    query = BreakdownQuery(group_by=("kind",), **NOVEMBER)
    groups = broken_down(acme, query, offset=0, limit=None).groups
    costs = group_costs(acme, at_rates(acme, query))
    picos = {each.values["kind"]: costs.of(each).cost_picos for each in groups}
    assert picos == {"input": 5_005_000_000, "cache_read": 25_795_500_000, "output": 6_976_000_000}
    assert (costs.total.cost_picos, costs.total.costed_count) == (sum(picos.values()), 1)
    send(acme, now, event("b", model="m", cost={"amount": "1", "currency": "USD"}, input_tokens=8, output_tokens=1))
    send(acme, now, event("c", model="share", cost={"amount": "2", "currency": "USD"}))
    rows = BreakdownTotal.objects.filter(by="key,model,kind", is_month=False).exclude(kind="").exclude(cost_picos=0)
    told = {(row.value_2, row.kind): row.cost_picos for row in rows if row.value_2 != "c"}
    assert told == {
        ("m", "input"): 476_190_476_191,
        ("m", "output"): 476_190_476_190,
        ("m", "requests"): 47_619_047_619,
        ("share", "cost"): 2 * 10**12,
    }


@pytest.mark.parametrize(
    ("model", "amounts", "charges"),
    [
        ("flat", {"input_tokens": 4, "reasoning_tokens": 1, "output_tokens": 1}, {"input": 2, "reasoning": 3}),
        ("steps", {"input_tokens": 900, "output_tokens": 300}, {"input": 1_650, "output": 550}),
        ("months", {"input_tokens": 1_500, "quantities": {"searches": "1"}}, {"input": 1_250, "searches": 20_000}),
        ("steps", {"quantity": 7}, {"unsplit": 14}),
        ("share", {"cost": {"amount": "1", "currency": "USD"}, "input_tokens": 5}, {"input": 0, "cost": 1_300_000}),
        ("m", {"quantities": {"images": "2"}, "input_tokens": 9, "input_image_tokens": 9}, INSTEAD),
    ],
)
def test_every_form_of_price_divides_its_charge(acme, chat, now, model, amounts, charges):
    send(acme, now, event(model=model, **amounts))
    found, total = by_kind(acme)
    assert {kind: sums["charge_micros"] for (kind,), sums in found.items()} == charges
    assert sum(charges.values()) == total["charge_micros"]
    assert list(check_usage()) == []


def test_a_void_takes_back_what_its_event_added(acme, chat, now):
    send(acme, now, event(model="c", key="k", **CALL))
    correct_event(
        Correction(organization=acme, source="app", event_id="e1", reason="sent twice", created_by="key:test"), now=now
    )
    found, total = by_kind(acme)
    assert {value for sums in found.values() for value in sums.values()} == {0}
    assert total["charge_micros"] == 0
    assert set(BreakdownTotal.objects.values_list("cost_picos", flat=True)) == {0}
    assert list(check_usage()) == []


AMOUNTS = st.fixed_dictionaries(
    {"model": st.sampled_from(["m", "c", "flat", "steps", "months"])},
    optional={
        "input_tokens": st.integers(300, 5_000),
        "cache_read_tokens": st.integers(0, 100),
        "cache_write_1h_tokens": st.integers(0, 100),
        "input_audio_tokens": st.integers(0, 100),
        "reasoning_tokens": st.integers(0, 300),
        "cost": st.just({"amount": "0.0000012345", "currency": "USD"}),
        "key": st.sampled_from("ab"),
    },
)


@given(calls=st.lists(AMOUNTS, min_size=1, max_size=6), cut=st.integers(0, 6))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_kinds_always_add_up_and_equal_those_counted_again(acme, chat, now, calls, cut):
    numbers = count(UsageEvent.objects.count())
    sent = [event(f"n{next(numbers)}", output_tokens=400, **each) for each in calls]
    for batch in (sent[:cut], sent[cut:]):
        if batch:
            send(acme, now, *batch)
    found, total = by_kind(acme, "key", "model")
    for name in ("charge_micros", "input_tokens", "output_tokens"):
        assert sum(sums[name] for sums in found.values()) == total[name]
    assert list(check_usage()) == []


def test_they_are_proved_and_filled_again(acme, chat, now, monkeypatch):
    monkeypatch.setattr(rollups, "VALUES_A_DAY", 1)
    send(acme, now, event("a", model="m", key="k", **CALL), event("b", model="c", key="l", **CALL))
    before = sorted(BreakdownTotal.objects.filter(by="kind").values_list("kind", "is_month", "charge_micros"))
    assert list(check_usage()) == []
    BreakdownTotal.objects.filter(kind="output", is_month=False, by="kind").update(charge_micros=1, output_tokens=1)
    assert {each.proof for each in check_usage()} == {
        "kinds of breakdowns against events",
        "kinds of breakdowns against totals",
        "months of breakdowns against days",
    }
    rebuild_usage(now=now)
    assert list(check_usage()) == []
    assert sorted(BreakdownTotal.objects.filter(by="kind").values_list("kind", "is_month", "charge_micros")) == before


def test_it_takes_two_statements_and_reads_no_event(acme, chat, now):
    send(acme, now, event(model="m", **CALL))
    with CaptureQueriesContext(connection) as captured:
        by_kind(acme)
    assert len(captured) == 2
    assert not any("usage_usageevent" in each["sql"] for each in captured)


def test_a_meter_that_does_not_keep_kinds_says_so(acme, now):
    price(make_meter(breakdowns=[{"by": "key", "since": "2026-11-01"}]), micros_per_million=1)
    with pytest.raises(BreakdownNotKept):
        by_kind(acme)


class TestAnswers:
    ADDRESS = "/v1/usage/breakdown?from=2026-11-01&to=2026-11-30&group_by="

    @pytest.fixture
    def operator(self):
        return Client(headers=as_bearer(key_of(None, "platform:ledger")))

    def test_a_day_by_model_and_kind_with_charge_and_cost(self, acme, chat, now, operator):
        send(acme, now, event("a", model="c", key="k", **CALL), event("b", model="c", key="k", **CALL))
        body = operator.get(f"{self.ADDRESS}model,kind&interval=day&organizationId={acme.pk}").json()
        assert_described("getUsageBreakdown", body)
        (row,) = (each for each in body["data"] if each["kind"] == "cache_read")
        assert (row["day"], row["model"], row["inputTokens"], row["charge"], row["cost"]["costUsd"]) == (
            "2026-11-18",
            "c",
            515_910,
            1.03182,
            0.051591,
        )
        assert (body["total"]["events"], body["total"]["cost"]["events"]) == (2, 2)
        answer = operator.get(f"{self.ADDRESS}key,model,kind&interval=day&format=csv&organizationId={acme.pk}")
        rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        assert {row["kind"]: (row["charge"], row["costUsd"]) for row in rows} == {
            "input": ("0.02002", "0.01001"),
            "cache_read": ("1.03182", "0.051591"),
            "output": ("0.027904", "0.013952"),
        }

    @pytest.mark.parametrize("query", ["kind,kind", "key,model,user", "key,model,user,kind"])
    def test_at_most_two_dimensions_besides_kind(self, acme, chat, operator, query):
        answer = operator.get(f"{self.ADDRESS}{query}&organizationId={acme.pk}")
        assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, "query.group_by")
