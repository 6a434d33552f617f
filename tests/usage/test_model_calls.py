"""Model calls by a price table: every token kind at its price, rounded once, waiting if a price is missing."""

import json
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.pricing.cell_text import read_lines
from apps.pricing.cells import table_rows
from apps.pricing.services import cost_book
from apps.usage.models import Counter, ReportFinding, UsageEvent, UsagePosting
from apps.usage.preview import preview_price, preview_without
from apps.usage.selectors import FutureWork, estimate_charge, posted_lines, posted_rows
from apps.usage.services import Correction, check_usage, correct_event, rebuild_usage, rerate_quarantined
from apps.wallets.selectors import wallet_figures
from tests.factories import create_organization
from tests.pricing.factories import make_meter, price
from tests.table_truncation import without_triggers
from tests.usage.factories import event, send
from tests.usage.test_preview import draft, shown

pytestmark = pytest.mark.django_db
TABLE = """input 1.25
input above=200000 2.5
cache_read 0.625
cache_read above=200000 0.625
output 10
tier flex 0.5"""
CALL = {"input_tokens": 262_960, "cache_read_tokens": 257_955, "output_tokens": 1_744}


def cells(text=TABLE):
    return {"scheme": "cells", "cells": table_rows(read_lines(text))}


@pytest.fixture
def acme(now):
    return create_organization(now)


@pytest.fixture
def chat(db):
    meter = make_meter()
    price(meter, model="gpt-5", **cells("input 1.25\ncache_read 0.625\noutput 10"))
    price(meter, model="tiered", **cells())
    return meter


def charged(organization, now):
    return -wallet_figures(organization, now).balance_micros


def reasons():
    return [row.reason for row in UsageEvent.objects.order_by("id")]


class TestCharges:
    def test_each_kind_of_token_costs_its_own_price(self, acme, chat, now):
        send(acme, now, event(model="gpt-5", **CALL))
        row = UsageEvent.objects.get()
        assert (charged(acme, now), row.charge_micros) == (184_918, 184_918)
        assert (row.input_tokens, row.output_tokens, row.amounts) == (262_960, 1_744, {"cache_read": 257_955})
        assert row.exact_price == 184_918_125 * 10**21

    def test_the_charge_is_explained_by_kind(self, acme, chat, now):
        send(acme, now, event("a", model="gpt-5", **CALL), event("b", model="gpt-5", **CALL))
        (posting,) = UsagePosting.objects.all()
        rows = posted_rows(posting)
        assert rows[0].kinds == [
            ("input", 5_005, 6_256),
            ("cache_read", 257_955, 161_222),
            ("output", 1_744, 17_440),
        ]
        (line,) = posted_lines(rows)
        assert {name: counted for name, (counted, _) in line.kinds.items()} == {
            "input": 10_010,
            "cache_read": 515_910,
            "output": 3_488,
        }
        assert sum(micros for _, micros in line.kinds.values()) == line.charge_micros == 369_836

    def test_many_equal_calls_come_in_one_batch(self, acme, chat, now):
        send(acme, now, *(event(f"e{number}", model="gpt-5", **CALL) for number in range(30)))
        assert (charged(acme, now), UsageEvent.objects.filter(amounts={"cache_read": 257_955}).count()) == (
            5_547_544,  # exactly 30 x 184,918.125 = 5,547,543.75
            30,
        )

    def test_the_size_of_a_call_and_its_tier_decide(self, acme, chat, now):
        send(acme, now, event("a", model="tiered", input_tokens=200_000))
        assert charged(acme, now) == 250_000
        send(acme, now, event("b", model="tiered", input_tokens=200_001, service_tier="flex"))
        assert charged(acme, now) == 250_000 + 250_001  # exactly 250,001.25 more

    def test_rounding_is_of_the_months_sum(self, acme, now):
        price(make_meter(), model="m", **cells("input 0.141953125"))
        for number in range(8):
            send(acme, now, event(str(number), model="m", input_tokens=1_000_000))
        assert charged(acme, now) == 1_135_625
        charges = UsageEvent.objects.order_by("id").values_list("charge_micros", flat=True)
        assert list(charges) == [141_953] * 4 + [141_954] + [141_953] * 3

    def test_a_share_of_the_reported_cost(self, acme, now):
        price(make_meter(), model="m", **cells("cost 1.3 USD"))
        send(acme, now, event("a", model="m", cost={"amount": "0.0123456789", "currency": "USD"}))
        send(acme, now, event("b", model="m", input_tokens=5))
        send(acme, now, event("c", model="m", cost={"amount": "1", "currency": "EUR"}))
        assert charged(acme, now) == 16_049
        assert reasons() == ["", "no_cost", "no_cost"]

    def test_a_share_of_the_cost_by_the_cost_book_where_none_is_reported(self, acme, now):
        meter = make_meter()
        price(meter, model="m", **cells("cost 1.3 USD"))
        price(meter, model="m", book=cost_book(currency="USD", now=now), **cells("input 2\noutput 10"))
        send(acme, now, event("a", model="m", input_tokens=1_000_000))
        send(acme, now, event("b", model="m", input_tokens=5, cost={"amount": "1", "currency": "USD"}))
        assert charged(acme, now) == 2_600_000 + 1_300_000
        assert estimate_charge(acme, FutureWork(model="m", output_tokens=100), now).amount == 1_300
        assert list(check_usage()) == []
        void = Correction(
            organization=acme, source="app", event_id="a", reason="It was a test", created_by="key:test", event=None
        )
        assert correct_event(void, now=now).charge_micros == -2_600_000
        rebuild_usage(now=now)
        assert (charged(acme, now), list(check_usage())) == (1_300_000, [])

    def test_other_units(self, acme, now):
        price(
            make_meter(),
            model="m",
            **cells("output_seconds variant=1080p 0.165025\noutput_seconds variant=720p 0.082513"),
        )
        send(acme, now, event("a", model="m", quantities={"output_seconds": "8.5"}, variant="1080p"))
        send(acme, now, event("b", model="m", quantities={"output_seconds": 1}, variant="4k"))
        assert charged(acme, now) == 1_402_712
        assert reasons() == ["", "no_price_for_value"]

    def test_a_unit_without_a_price_costs_nothing_and_is_listed(self, acme, now):
        meter = make_meter()
        price(meter, model="m", **cells("input 1\nsearches 0.01"))
        price(meter, model="shared", **cells("cost 1.3 USD"))
        told = {"quantities": {"searches": 2, "pages": 3}, "input_tokens": 5}
        send(acme, now, event("a", model="m", **told), event("b", model="m", **told))
        send(acme, now, event("c", model="shared", **told, cost={"amount": 1, "currency": "USD"}))
        assert charged(acme, now) == 2 * 20_005 + 1_300_000
        rows = ReportFinding.objects.values_list("kind", "name", "model", "report_count", "last_event_id")
        assert list(rows) == [("free", "pages", "m", 2, "b")]

    @pytest.mark.parametrize("told", [{"quantities": {"seconds": 8}}, {"cost": {"amount": "0.04", "currency": "USD"}}])
    @pytest.mark.parametrize("terms", [cells("input 1\nsearches 0.01"), {"micros_per_million": 2_000_000}])
    def test_a_call_that_counted_nothing_with_a_price_waits(self, acme, now, told, terms):
        price(make_meter(), model="m", **terms)
        send(acme, now, event("a", model="m", input_tokens=0, output_tokens=0, **told))
        assert (reasons(), charged(acme, now)) == (["no_price"], 0)

    def test_units_beside_tokens_at_a_price_without_a_table_cost_nothing_and_are_listed(self, acme, now):
        price(make_meter(), model="m", micros_per_million=2_000_000)
        send(acme, now, event("a", model="m", input_tokens=5, quantities={"seconds": 8}))
        assert charged(acme, now) == 10
        assert list(ReportFinding.objects.values_list("kind", "name")) == [("free", "seconds")]

    def test_details_alone_make_their_total(self, acme, chat, now):
        send(acme, now, event(model="gpt-5", cache_read_tokens=1_000_000, reasoning_tokens=100))
        row = UsageEvent.objects.get()
        assert (row.input_tokens, row.output_tokens, row.charge_micros) == (1_000_000, 100, 626_000)


class TestPricesByTheMonth:
    """Input is free up to 10 million tokens a month, then costs 1.25 per million; output costs 10."""

    FREE = "output 10\noutput above=200000 15\nmonth input graduated 10000000=0 1.25"

    def test_a_call_is_charged_by_the_months_total_and_its_own_size(self, acme, now):
        price(make_meter(), model="m", **cells(self.FREE))
        send(acme, now, event("a", model="m", input_tokens=9_999_000))
        send(acme, now, event("b", model="m", input_tokens=2_000, output_tokens=100))
        charges = [row.charge_micros for row in UsageEvent.objects.order_by("id")]
        assert (charges, Counter.objects.get().months) == ([0, 2_250], {"input": 10_001_000_000_000})
        rows = [row for posting in UsagePosting.objects.order_by("created_at") for row in posted_rows(posting)]
        assert [row.kinds for row in rows if row.id == "b"] == [[("output", 100, 1_000), ("input", 2_000, 1_250)]]
        assert estimate_charge(acme, FutureWork(model="m", input_tokens=1_000_000), now).amount == 1_250_000

    def test_a_void_takes_back_what_the_event_makes_of_the_month_now(self, acme, now):
        price(make_meter(), model="m", **cells(self.FREE))
        send(acme, now, event("a", model="m", input_tokens=9_999_000))
        send(acme, now, event("b", model="m", input_tokens=2_000, output_tokens=100))
        void = Correction(
            organization=acme, source="app", event_id="b", reason="It was a test", created_by="key:test", event=None
        )
        assert correct_event(void, now=now).charge_micros == -2_250
        assert (charged(acme, now), Counter.objects.get().months) == (0, {"input": 9_999_000_000_000})
        assert list(check_usage()) == []

    def test_totals_are_proved_and_rebuilt_from_the_events(self, acme, now):
        price(make_meter(), model="m", **cells(self.FREE))
        send(acme, now, event(model="m", input_tokens=10_001_000))
        Counter.objects.update(months={"input": 1})
        assert {each.proof for each in check_usage()} == {
            "months' totals against events",
            "counters against their price",
        }
        rebuild_usage(now=now)
        assert list(check_usage()) == []

    def test_a_preview_prices_the_months_total(self, acme, now):
        meter = make_meter()
        price(meter, model="m", **cells("input 1\noutput 10"))
        send(acme, now, event("a", model="m", input_tokens=10_400_000), event("b", model="m", output_tokens=100))
        preview = preview_price(draft(meter, now, model="m", micros_per_million=None, **cells(self.FREE)), now)
        assert shown(preview) == [("acme", 10_401_000, 501_000)]


class TestWaiting:
    def test_an_unpriced_tier_waits_and_is_rated_once_it_has_a_price(self, acme, now):
        meter = make_meter()
        price(meter, model="m", effective_to=now.replace(hour=11), **cells("input 1\ntier flex 0.5"))
        send(acme, now, event(model="m", input_tokens=1_000_000, service_tier="batch", time="2026-11-18T10:00:00Z"))
        assert (reasons(), charged(acme, now)) == (["no_price_for_tier"], 0)
        assert rerate_quarantined(created_by="staff:ann", now=now).waiting == 1

    def test_details_above_their_total_are_refused(self, acme, chat, now):
        result = send(acme, now, event(model="gpt-5", input_tokens=1, cache_read_tokens=2))
        assert [each.code for each in result.refusals] == ["inconsistent_tokens"]

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            ({"quantities": {"gold": 1}}, "unknown_unit"),
            ({"quantities": [1]}, "invalid_quantities"),
            ({"quantities": {"images": "x"}}, "invalid_quantities"),
            ({"cost": 5}, "invalid_cost"),
            ({"cost": {"amount": "-1", "currency": "USD"}}, "invalid_cost"),
            ({"cost": {"amount": "1", "currency": "usd"}}, "invalid_cost"),
            ({"cost": {"amount": "1000000.000000000001", "currency": "USD"}}, "invalid_cost"),
            ({"reasoning_tokens": 1.5}, "invalid_reasoning_tokens"),
            ({"service_tier": "x" * 17}, "invalid_service_tier"),
        ],
    )
    def test_bad_amounts_are_named(self, acme, chat, now, data, code):
        result = send(acme, now, event(model="gpt-5", input_tokens=1, **data))
        assert [each.code for each in result.refusals] == [code]

    def test_the_same_id_with_other_details_is_not_the_same_event(self, acme, chat, now):
        send(acme, now, event(model="gpt-5", input_tokens=5, cache_read_tokens=1))
        again = send(acme, now, event(model="gpt-5", input_tokens=5, cache_read_tokens=1))
        other = send(acme, now, event(model="gpt-5", input_tokens=5, cache_read_tokens=2))
        assert again.duplicate == 1
        assert [each.code for each in other.refusals] == ["id_reused"]


class TestProof:
    def test_counters_hold_the_sum_of_the_exact_prices(self, acme, chat, now):
        send(acme, now, event("a", model="gpt-5", **CALL), event("b", model="tiered", input_tokens=7))
        before = set(Counter.objects.values_list("price_version", "exact_price", "charge_micros"))
        rebuild_usage(now=now)
        assert set(Counter.objects.values_list("price_version", "exact_price", "charge_micros")) == before
        assert list(check_usage()) == []

    def test_a_changed_detail_is_found(self, acme, chat, now):
        send(acme, now, event(model="gpt-5", **CALL))
        with without_triggers(connection):
            UsageEvent.objects.update(amounts={"cache_read": 257_954})
        assert {each.proof for each in check_usage()} == {"events against their price", "calls by day against events"}


class TestPreviewsAndEstimates:
    def test_a_preview_prices_past_calls_by_kind(self, acme, chat, now):
        send(acme, now, event("a", model="gpt-5", **CALL), event("b", model="gpt-5", input_tokens=1_000_000))
        new = draft(chat, now, model="gpt-5", micros_per_million=None, **cells("input 2.5\ncache_read 0.25\noutput 20"))
        # 12,512.5 + 64,488.75 + 34,880 = 111,881.25 and 2,500,000, against 184,918.125 and 1,250,000
        assert shown(preview_price(new, now)) == [("acme", 1_434_918, 2_611_881)]

    def test_a_preview_tells_bands_apart(self, acme, chat, now):
        send(
            acme, now, event("a", model="gpt-5", input_tokens=200_000), event("b", model="gpt-5", input_tokens=200_001)
        )
        new = draft(chat, now, model="gpt-5", micros_per_million=None, **cells("input 1.25\ninput above=200000 2.5"))
        assert shown(preview_price(new, now)) == [("acme", 500_001, 750_002)]

    def test_a_preview_without_a_price_counts_its_whole_charge(self, acme, chat, now):
        send(acme, now, event("a", model="gpt-5", input_tokens=1_000_000))
        assert shown(preview_without(chat.versions.get(model="gpt-5"), now)) == [("acme", 1_250_000, None)]

    def test_an_estimate_is_rounded_up(self, acme, chat, now):
        work = FutureWork(model="gpt-5", input_tokens=1, output_tokens=1)
        assert estimate_charge(acme, work, now).amount == 12  # exactly 11.25


amounts = st.integers(0, 300_000)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    calls=st.lists(st.tuples(amounts, amounts, amounts, st.sampled_from(["", "flex"])), min_size=1, max_size=6),
    cuts=st.lists(st.integers(0, 6), max_size=3),
    random=st.randoms(),
)
def test_any_batching_and_order_costs_the_same(acme, chat, now, calls, cuts, random):
    """Each round sends the calls to a new customer, in another order and other batches; all totals are the same."""
    made = [
        event(str(number), model="tiered", input_tokens=a + b, cache_read_tokens=b, output_tokens=c, service_tier=tier)
        for number, (a, b, c, tier) in enumerate(calls)
    ]
    totals = []
    for _ in range(2):
        customer = create_organization(now, slug=str(uuid4()))
        random.shuffle(made)
        for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(made)], strict=True):
            if batch := made[start:end]:
                send(customer, now, *json.loads(json.dumps(batch)))
        totals.append(charged(customer, now))
    assert totals[0] == totals[1]
