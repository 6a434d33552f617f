"""Every event is counted once at the price of its own time, with a constant number of statements per batch."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.common.errors import Rejected
from apps.pricing.services import override_price_book
from apps.tenants.models import Organization
from apps.usage.errors import EventsRefused, TotalsTooLarge
from apps.usage.models import (
    ActiveCharacter,
    CharacterMonth,
    Counter,
    DistinctIdDay,
    MonthClose,
    UsageDay,
    UsageEvent,
    UsagePosting,
)
from apps.wallets.selectors import entries_page, wallet_figures
from tests.factories import create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send, several

pytestmark = pytest.mark.django_db
MICRO_A_TOKEN = 1_000_000


@pytest.fixture
def acme(now):
    return create_organization(now)


@pytest.fixture
def chat(db):
    meter = make_meter()
    price(meter, input_micros_per_million=MICRO_A_TOKEN, output_micros_per_million=3 * MICRO_A_TOKEN)
    return meter


def counts(result):
    return result.accepted, result.duplicate, result.quarantined, len(result.refusals)


def refused(result):
    return [(refusal.index, refusal.id, refusal.code) for refusal in result.refusals]


def charged(organization, now):
    return -wallet_figures(organization, now).balance_micros


class TestCounting:
    def test_charges_tokens_in_and_out(self, acme, chat, now):
        result = send(acme, now, event(input_tokens=10, output_tokens=4))
        assert (counts(result), charged(acme, now)) == ((1, 0, 0, 0), 10 + 3 * 4)

    def test_a_charge_says_how_many_events_it_is_for(self, acme, now):
        price(make_meter("call", "service"), micros_per_million=10**12)
        send(acme, now, *several(3, "call"))
        send(acme, now, event("last", "call"))
        said = [posting.transfer.description for posting in UsagePosting.objects.order_by("item_count")]
        assert said == ["Usage: 1 event", "Usage: 3 events"]

    def test_adds_up_what_is_too_small_to_charge_alone(self, acme, now):
        price(make_meter("cheap"), micros_per_million=500_000)
        for number in range(4):
            send(acme, now, event(f"e{number}", "cheap", quantity=1))
        assert charged(acme, now) == 2

    def test_gives_back_when_a_volume_price_falls(self, acme, now):
        tiers = [
            {"up_to_micros": 2_000_000, "micros_per_million": 10**12},
            {"up_to_micros": None, "micros_per_million": 0},
        ]
        price(make_meter("call", "service"), scheme="volume", tiers=tiers)
        send(acme, now, *several(2, "call"))
        send(acme, now, event("last", "call"))
        assert (charged(acme, now), UsagePosting.objects.filter(amount_micros=-2_000_000).count()) == (0, 1)

    def test_counts_one_each_where_no_quantity_is_sent(self, acme, now):
        price(make_meter("call", "service"), micros_per_million=5 * MICRO_A_TOKEN)
        send(acme, now, *several(3, "call"))
        assert charged(acme, now) == 15

    def test_meters_usage_on_own_keys_at_price_zero(self, acme, chat, now):
        send(acme, now, event(input_tokens=10, billing_mode="byok"))
        day = UsageDay.objects.get()
        assert (day.event_count, day.input_tokens, day.charge_micros, charged(acme, now)) == (1, 10, 0, 0)

    def test_meters_usage_on_own_keys_even_without_a_price(self, acme, now):
        make_meter()
        assert counts(send(acme, now, event(input_tokens=10, billing_mode="byok"))) == (1, 0, 0, 0)

    def test_posts_once_per_traffic_source(self, acme, chat, now):
        send(acme, now, event(input_tokens=5, traffic_source="web"), event("e2", input_tokens=7, traffic_source="web"))
        entry = entries_page(acme, since=now - timedelta(days=1), limit=9)[0]
        about = entry.metadata
        assert (entry.amount_micros, about["tokens"], about["trafficSource"]) == (-12, 12, "web")

    def test_keeps_day_totals_by_dimension(self, acme, chat, now):
        send(acme, now, *several(3, model="m1", operation="ask", input_tokens=2), event(model="m2", input_tokens=1))
        rows = UsageDay.objects.order_by("model").values_list("model", "operation", "event_count", "input_tokens")
        assert list(rows) == [("m1", "ask", 3, 6)]

    def test_events_alike_but_for_their_time_have_the_price_of_that_time(self, acme, chat, now):
        price(chat, start=now - timedelta(minutes=2), micros_per_million=10 * MICRO_A_TOKEN)
        before, after = (f"2026-11-18T11:5{minute}:00Z" for minute in (7, 9))
        send(acme, now, *several(2, input_tokens=1, time=before), *several(3, prefix="f", input_tokens=1, time=after))
        charges = UsageEvent.objects.order_by("pk").values_list("charge_micros", flat=True)
        assert list(charges) == [1, 1, 10, 10, 10]

    def test_events_alike_but_for_the_currency_of_their_cost_are_added_up_apart(self, acme, chat, now):
        costs = [{"amount": "1", "currency": currency} for currency in ("USD", "EUR", "USD")]
        send(acme, now, *(event(f"e{number}", input_tokens=1, cost=cost) for number, cost in enumerate(costs)))
        rows = UsageDay.objects.order_by("cost_currency").values_list("cost_currency", "event_count", "cost_picos")
        assert list(rows) == [("EUR", 1, 10**12), ("USD", 2, 2 * 10**12)]

    def test_takes_many_calls_with_the_same_details(self, acme, chat, now):
        assert counts(send(acme, now, *several(20, input_tokens=9, cache_read_tokens=4))) == (20, 0, 0, 0)
        assert [event.amounts for event in UsageEvent.objects.all()] == [{"cache_read": 4}] * 20

    def test_counts_distinct_ids_by_the_newest_day_they_were_seen_on(self, acme, chat, now):
        send(acme, now, event(input_tokens=1, session="s1"), event("e2", input_tokens=1, session="s2"))
        send(acme, now, event("e3", input_tokens=1, session="s1", time="2026-11-16T00:00:00Z"))
        tomorrow = now + timedelta(days=1)
        send(acme, tomorrow, event("e4", input_tokens=1, session="s2", time="2026-11-19T00:00:00Z"))
        rows = DistinctIdDay.objects.order_by("day").values_list("day", "id_count")
        assert list(rows) == [(date(2026, 11, 18), 1), (date(2026, 11, 19), 1)]


class TestOnce:
    def test_counts_a_duplicate_and_leaves_it(self, acme, chat, now):
        send(acme, now, event(input_tokens=10))
        result = send(acme, now, event(input_tokens=10), event(input_tokens=10))
        assert (counts(result), charged(acme, now)) == ((0, 2, 0, 0), 10)

    def test_refuses_the_same_id_with_other_content(self, acme, chat, now):
        send(acme, now, event(input_tokens=10))
        result = send(acme, now, event(input_tokens=11), event("e2", input_tokens=1))
        assert (refused(result), result.accepted) == ([(0, "e1", "id_reused")], 1)

    def test_sees_repeats_within_one_batch(self, acme, chat, now):
        result = send(acme, now, event(input_tokens=1), event(input_tokens=1), event(input_tokens=2))
        assert (counts(result), refused(result)) == ((1, 1, 0, 1), [(2, "e1", "id_reused")])

    def test_keeps_sources_and_organizations_apart(self, acme, chat, now):
        other = create_organization(now, "other")
        send(acme, now, event(input_tokens=1), event(input_tokens=2, source="b"))
        assert send(other, now, event(input_tokens=3)).accepted == 1

    def test_lets_the_id_of_a_refused_event_be_used_again(self, acme, chat, now):
        assert refused(send(acme, now, event(input_tokens=-1))) == [(0, "e1", "invalid_input_tokens")]
        assert send(acme, now, event(input_tokens=1)).accepted == 1

    def test_takes_the_good_whatever_the_bad(self, acme, chat, now):
        result = send(acme, now, event(input_tokens=1), "bad", event("e3", input_tokens=1, time="2026-11-19T00:00:00Z"))
        assert (counts(result), [code for _, _, code in refused(result)]) == (
            (1, 0, 0, 2),
            ["not_an_event", "time_in_the_future"],
        )

    @pytest.mark.parametrize("bad", [event("e2", input_tokens=-1), event("e2", quantity="1.5"), event(input_tokens=9)])
    def test_takes_all_or_none_when_asked(self, acme, chat, now, bad):
        with pytest.raises(EventsRefused) as error:
            send(acme, now, event(input_tokens=1), bad, atomic=True)
        assert (len(error.value.context["refusals"]), UsageEvent.objects.count(), charged(acme, now)) == (1, 0, 0)

    def test_refuses_more_than_a_thousand(self, acme, now):
        with pytest.raises(Rejected):
            send(acme, now, *several(1_001))


class TestMisfits:
    @pytest.mark.parametrize(
        ("kind", "data", "code"),
        [
            ("token", {}, "missing_quantity"),
            ("token", {"quantity": "0.5"}, "fraction_of_token"),
            ("service", {"input_tokens": 1}, "tokens_not_counted"),
            ("event", {"quantity": 2}, "quantity_not_counted"),
            ("character", {}, "missing_character"),
        ],
    )
    def test_are_refused_by_name(self, acme, now, kind, data, code):
        price(make_meter("it", kind), micros_per_million=1)
        assert refused(send(acme, now, event(type="it", **data))) == [(0, "e1", code)]

    def test_are_refused_when_a_counter_would_leave_its_bounds(self, acme, now):
        price(make_meter("it", "service"), micros_per_million=2**60)
        result = send(acme, now, event(type="it", quantity=2_000_000), event("e2", "it", quantity=3_000_000))
        assert (result.accepted, refused(result)) == (1, [(1, "e2", "out_of_range")])

    def test_are_refused_where_one_character_would_leave_64_bits(self, acme, chat, now):
        character = make_meter("character", "character")
        tiers = [{"up_to_micros": None, "micros_per_million": 0, "flat_micros": 3 * 10**18}]
        price(character, scheme="graduated", tiers=tiers)
        with pytest.raises(TotalsTooLarge):
            send(acme, now, event(input_tokens=1, character="ann"))
        assert not UsageEvent.objects.exists()

    def test_never_overflow_a_rollup(self, acme, now):
        make_meter("it", "service")
        most = several(1_000, "it", quantity=10**9, billing_mode="byok")
        for batch in range(4):
            send(acme, now, *[{**each, "source": str(batch)} for each in most])
        with pytest.raises(TotalsTooLarge):
            send(acme, now, *[{**each, "source": "9"} for each in most])
        assert UsageEvent.objects.count() == 4_000


class TestPricing:
    def test_takes_the_price_at_the_events_time(self, acme, now):
        meter = make_meter("call", "service")
        price(meter, micros_per_million=1 * MICRO_A_TOKEN)
        price(meter, micros_per_million=10 * MICRO_A_TOKEN, start=now - timedelta(hours=1))
        before, after = (
            event("e1", "call", time="2026-11-18T10:59:59.999999Z"),
            event("e2", "call", time="2026-11-18T11:00:00Z"),
        )
        send(acme, now, after, before)
        assert (charged(acme, now), Counter.objects.count()) == (11, 2)

    def test_takes_ones_own_price_before_the_list(self, acme, chat, now):
        price(chat, book=override_price_book(organization=acme, now=now), micros_per_million=7 * MICRO_A_TOKEN)
        send(acme, now, event(input_tokens=2))
        assert charged(acme, now) == 14

    def test_quarantines_what_has_no_meter_or_no_price(self, acme, now):
        make_meter("free", "service")
        price(make_meter("split"), input_micros_per_million=1, output_micros_per_million=1)
        result = send(acme, now, event(type="nope"), event("e2", "free"), event("e3", "split", quantity=1))
        reasons = UsageEvent.objects.order_by("event_id").values_list("reason", flat=True)
        assert (counts(result), list(reasons)) == (
            (0, 0, 3, 0),
            ["unknown_meter", "no_price", "no_price_for_unsplit_tokens"],
        )

    def test_counts_a_quarantined_event_that_comes_again_as_a_duplicate(self, acme, now):
        send(acme, now, event())
        assert counts(send(acme, now, event())) == (0, 1, 0, 0)


class TestManyOrganizations:
    def test_reads_the_organization_from_the_subject(self, acme, chat, now):
        other = create_organization(now, "other")
        result = send(
            None,
            now,
            event(subject=str(acme.pk), input_tokens=1),
            event(subject=str(other.pk), input_tokens=2),
            event("e3", subject="acme", input_tokens=1),
            event("e4", input_tokens=1),
        )
        assert (charged(acme, now), charged(other, now)) == (1, 2)
        assert refused(result) == [(2, "e3", "unknown_organization"), (3, "e4", "unknown_organization")]

    def test_refuses_events_of_an_archived_organization(self, chat, now):
        gone = create_organization(now, "gone", status=Organization.Status.ARCHIVED)
        result = send(None, now, event(subject=str(gone.pk), input_tokens=1))
        assert refused(result) == [(0, "e1", "unknown_organization")]


class TestCharacters:
    @pytest.fixture
    def priced(self, chat):
        price(make_meter("character", "character"), micros_per_million=100 * MICRO_A_TOKEN)

    def test_are_charged_once_a_month_whatever_names_them(self, acme, priced, now):
        send(acme, now, event(input_tokens=1, character="ann"), event("e2", "character", character="ann"))
        send(acme, now, event("e3", "character", character="bob"), event("e4", input_tokens=1, character="bob"))
        month = CharacterMonth.objects.get()
        assert (month.high_water_mark, month.charged_micros, charged(acme, now)) == (2, 200, 202)

    def test_count_again_in_the_next_month(self, acme, priced, now):
        send(
            acme,
            now,
            event(input_tokens=1, character="ann"),
            event("e2", "chat", input_tokens=1, character="ann", time="2026-10-01T00:00:00Z"),
        )
        months = CharacterMonth.objects.order_by("month").values_list("month", "high_water_mark")
        assert list(months) == [(date(2026, 10, 1), 1), (date(2026, 11, 1), 1)]

    def test_are_counted_without_a_charge_while_they_have_no_price(self, acme, chat, now):
        send(acme, now, event(input_tokens=1, character="ann"))
        assert (CharacterMonth.objects.get().high_water_mark, charged(acme, now)) == (1, 1)

    def test_wait_with_an_event_that_waits(self, acme, now):
        send(acme, now, event(type="nope", character="ann"))
        assert ActiveCharacter.objects.count() == 0

    def test_are_posted_as_such(self, acme, priced, now):
        send(acme, now, event(type="character", character="ann"))
        entries = entries_page(acme, since=now - timedelta(days=1), limit=9)
        assert [(entry.kind, entry.amount_micros) for entry in entries] == [("character", -100)]


class TestClosedMonths:
    @pytest.fixture
    def closed(self, acme, now):
        MonthClose.objects.create(
            organization=acme, month=date(2026, 10, 1), state="closed", closed_at=now, closed_by="system:test"
        )

    def test_take_late_events_as_corrections_in_the_open_month(self, acme, chat, closed, now):
        send(acme, now, event(input_tokens=1, time="2026-10-31T23:59:59Z"))
        row = UsageEvent.objects.get()
        assert (row.counted_on, row.corrects_month) == (date(2026, 11, 18), date(2026, 10, 1))
        assert UsageDay.objects.get().day == date(2026, 11, 18)

    def test_go_on_with_their_own_counters(self, acme, now, closed):
        tiers = [
            {"up_to_micros": 1_000_000, "micros_per_million": 0},
            {"up_to_micros": None, "micros_per_million": 10**12},
        ]
        price(make_meter("call", "service"), scheme="graduated", tiers=tiers)
        send(
            acme, now, event("a", "call", time="2026-10-03T00:00:00Z"), event("b", "call", time="2026-10-04T00:00:00Z")
        )
        assert (Counter.objects.get().month, charged(acme, now)) == (date(2026, 10, 1), 1_000_000)

    def test_keep_their_high_water_mark(self, acme, chat, closed, now):
        price(make_meter("character", "character"), micros_per_million=100 * MICRO_A_TOKEN)
        send(acme, now, event(input_tokens=1, character="ann", time="2026-10-31T23:59:59Z"))
        assert (CharacterMonth.objects.count(), charged(acme, now)) == (0, 101)


class TestStatements:
    def test_do_not_grow_with_the_batch(self, now):
        meter = make_meter()
        price(meter, input_micros_per_million=1, output_micros_per_million=1)
        price(make_meter("character", "character"), micros_per_million=10**12)
        organizations = [create_organization(now, f"org-{number}") for number in range(20)]

        def statements(size, source):
            events = [
                event(
                    f"e{number}",
                    source=source,
                    subject=str(organizations[number % len(organizations)].pk),
                    input_tokens=10**6,
                    session=f"s{number}",
                    character=f"{source}-{number}",
                )
                for number in range(size)
            ]
            with CaptureQueriesContext(connection) as captured:
                assert send(None, now, *events).accepted == size
            return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in captured)

        statements(20, "first")
        assert statements(1_000, "many") == statements(20, "few") <= 37


class TestTheDatabaseItself:
    def test_refuses_to_change_or_delete_a_rated_event(self, acme, chat, now):
        send(acme, now, event(input_tokens=1))
        for change in (UsageEvent.objects.all().delete, lambda: UsageEvent.objects.update(charge_micros=0)):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()

    def test_refuses_to_change_what_a_quarantined_event_says(self, acme, now):
        send(acme, now, event())
        with pytest.raises(DatabaseError), transaction.atomic():
            UsageEvent.objects.update(event_id="other")
