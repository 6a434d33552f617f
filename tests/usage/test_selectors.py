"""Usage figures from rollups equal the sums of the events."""

from datetime import date, timedelta

import pytest

from apps.common.periods import month_of
from apps.usage.models import CharacterMonth, UsageEvent
from apps.usage.selectors import (
    ActiveCharacters,
    ConsumedUnits,
    ResourceSpend,
    UsageGroup,
    UsageLine,
    active_characters,
    consumed_units,
    recent_usage_events,
    resource_spend,
    usage_by_event_type,
    usage_by_operation,
    usage_lines,
    usage_totals,
)
from tests.factories import create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send, several

pytestmark = pytest.mark.django_db
MICRO = 1_000_000  # one micro per unit, as a price per million


@pytest.fixture
def acme(now):
    return create_organization(now)


class TestUsageTotals:
    def test_adds_up_the_window(self, acme, now, django_assert_num_queries):
        price(make_meter(is_message=True), micros_per_million=2 * MICRO)
        price(make_meter("call", "service"), micros_per_million=5 * MICRO)
        send(
            acme,
            now,
            event(input_tokens=3, output_tokens=4, session="s1", project="p"),
            event("e2", quantity=5, session="s2", time="2026-11-17T00:00:00Z"),
            event("e3", "call", quantity=2, character="ann"),
            event("old", input_tokens=9, session="s3", time="2026-11-16T23:59:59Z"),
        )
        with django_assert_num_queries(2):
            totals = usage_totals(acme, days=2, now=now)
        assert (totals.input_tokens, totals.output_tokens, totals.unsplit_tokens, totals.tokens) == (3, 4, 5, 12)
        assert (totals.messages, totals.charge_micros) == (2, 2 * 12 + 5 * 2)
        assert (totals.sessions, totals.projects, totals.characters) == (2, 1, 1)

    def test_is_nothing_without_usage(self, acme, now):
        assert usage_totals(acme, days=365, now=now).tokens == 0

    def test_reads_no_event_whatever_there_is(self, acme, now, monkeypatch, django_assert_num_queries):
        price(make_meter(), micros_per_million=MICRO)
        send(acme, now, *several(1_000, quantity=1, session="s"))
        monkeypatch.setattr(UsageEvent, "objects", None)
        with django_assert_num_queries(2) as captured:
            assert usage_totals(acme, days=30, now=now).tokens == 1_000
        assert not any("usage_usageevent" in query["sql"] for query in captured.captured_queries)


class TestDistinctIds:
    """Kept as the newest day of each id, which answers windows that end now; no endpoint asks for any other."""

    SEEN = {"s1": [0, 40, 3], "s2": [9], "s3": [29, 30], "s4": [31], "s5": [2, 2, 364], "s6": [365, 0]}

    @pytest.mark.parametrize("days", [1, 2, 3, 4, 10, 30, 31, 32, 41, 365])
    def test_are_exact_in_every_window_that_ends_now(self, acme, now, days):
        price(make_meter(), micros_per_million=MICRO)
        facts = [(session, ago) for session, days_ago in self.SEEN.items() for ago in days_ago]
        for number, (session, ago) in enumerate(facts):
            moment = (now - timedelta(days=ago)).isoformat()
            send(acme, now, event(f"e{number}", quantity=1, session=session, time=moment))
        expected = sum(any(ago < days for ago in days_ago) for days_ago in self.SEEN.values())
        assert usage_totals(acme, days=days, now=now).sessions == expected


class TestGroups:
    def test_by_event_type_names_an_event_without_one_after_its_meter(self, acme, now):
        price(make_meter("memory", "event"), micros_per_million=2 * MICRO)
        price(make_meter("call", "service"), micros_per_million=MICRO)
        send(acme, now, event(type="memory", event_type="write"), *several(2, "memory", prefix="m"), event("x", "call"))
        groups = usage_by_event_type(acme, days=30, now=now)
        assert groups == [UsageGroup("memory", "memory", 2, 4), UsageGroup("write", "memory", 1, 2)]

    def test_by_operation_adds_up_meters_that_share_one(self, acme, now):
        for slug in ("a", "b"):
            price(make_meter(slug, "service"), micros_per_million=3 * MICRO)
        send(acme, now, event("1", "b", operation="search"), event("2", "a", operation="search"))
        assert usage_by_operation(acme, days=1, now=now) == [UsageGroup("search", "a", 2, 6)]


class TestConsumedUnits:
    def test_adds_up_what_each_meter_consumes(self, acme, now):
        query = make_meter(
            "query", "service", explorer_units_micros=500_000, developer_units_micros=2_000_000, credits_micros=1
        )
        price(query, micros_per_million=MICRO)
        price(make_meter(developer_units_micros=1_000), micros_per_million=MICRO)
        send(acme, now, event("1", "query", quantity=25), event("2", input_tokens=1_000, output_tokens=500))
        assert consumed_units(acme, month_of(now)) == ConsumedUnits(12_500_000, 51_500_000, 25)

    def test_weighs_the_kinds_of_tokens_of_calls_on_own_keys_too(self, acme, now):
        weights = {"cache_read": 100_000, "reasoning": 2_500_000}
        price(make_meter(explorer_units_micros=1_000, kind_weights=weights), micros_per_million=MICRO)
        send(acme, now, event("1", input_tokens=1_000, cache_read_tokens=400, output_tokens=50, reasoning_tokens=20))
        send(acme, now, event("2", quantity=7), event("3", input_tokens=10, cache_read_tokens=10, billing_mode="byok"))
        # 600 in, 410 cached at a tenth, 30 out, 20 reasoning at 2.5, 7 unsplit: 728 at a thousandth.
        assert consumed_units(acme, month_of(now)).explorer_micros == 728_000


class TestResourceSpend:
    def test_is_of_flagged_meters_alone(self, acme, now):
        price(make_meter("disk", "other", is_persistent_resource=True), micros_per_million=7 * MICRO)
        price(make_meter("call", "service"), micros_per_million=MICRO)
        send(
            acme,
            now,
            event("1", "disk", quantity=2),
            event("2", "call"),
            event("3", "disk", time="2026-10-31T00:00:00Z"),
        )
        assert resource_spend(acme, now) == ResourceSpend(14, 14)


class TestActiveCharacters:
    def test_answers_the_newest_month_with_activity_in_the_window(self, acme, now):
        for month in (date(2026, 9, 1), date(2026, 10, 1)):
            CharacterMonth.objects.create(
                organization=acme, month=month, high_water_mark=month.month, charged_micros=5, billed_at=now
            )
        assert active_characters(acme, days=19, now=now) == ActiveCharacters(date(2026, 10, 1), 10, 5, now)

    def test_answers_this_month_where_the_window_has_none(self, acme, now):
        CharacterMonth.objects.create(organization=acme, month=date(2026, 10, 1), high_water_mark=3, charged_micros=5)
        assert active_characters(acme, days=18, now=now) == ActiveCharacters(date(2026, 11, 1), 0, 0, None)


class TestUsageLines:
    def test_add_up_to_what_was_charged(self, acme, now):
        price(make_meter(), micros_per_million=MICRO)
        send(acme, now, event(input_tokens=2, operator="o2"), event("2", quantity=3), event("3", quantity=4))
        assert usage_lines(acme, month_of(now)) == [
            UsageLine("chat", "", "token", 7_000_000, 7),
            UsageLine("chat", "o2", "token", 2_000_000, 2),
        ]


class TestRecentUsageEvents:
    def test_answers_the_newest_first(self, acme, now):
        price(make_meter(), micros_per_million=MICRO)
        send(acme, now, event("a", quantity=1), event("b", quantity=1, time="2026-11-17T00:00:00Z"), event("c", "nope"))
        send(acme, now + timedelta(minutes=1), event("d", quantity=1))
        assert [row.event_id for row in recent_usage_events(acme, 2)] == ["d", "a"]
