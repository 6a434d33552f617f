"""A call reported by several vendors and tracers counts once, by the report with the highest rank."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apps.usage.errors import EventsRefused
from apps.usage.models import EventCorrection, OtherEventId, ReportFinding, UsageEvent
from apps.usage.services import Correction, check_usage, correct_event
from apps.usage.vendor_reports import read_report
from apps.usage.vendor_tables import VENDOR_TABLES
from apps.wallets.selectors import wallet_figures
from apps.wallets.services import reverse_transfer
from tests.factories import cause_of, create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send
from tests.usage.test_model_calls import cells

pytestmark = pytest.mark.django_db
TIME = "2026-11-17T12:00:00Z"


@pytest.fixture
def chat(db):
    meter = make_meter()
    price(meter, input_micros_per_million=1_000_000, output_micros_per_million=10_000_000)
    return meter


def charged(organization, now):
    figures = wallet_figures(organization, now)
    return figures.outstanding_micros - figures.balance_micros


def report_from(vendor, number, into, out):
    """Return one call in the form of a vendor, gateway or tracer."""
    name = f"call-{number}"
    report = {
        "openai": {"id": name, "usage": {"prompt_tokens": into, "completion_tokens": out}},
        "anthropic": {"id": name, "usage": {"input_tokens": into, "output_tokens": out}},
        "gemini": {"responseId": name, "usageMetadata": {"promptTokenCount": into, "candidatesTokenCount": out}},
        "bedrock": {"usage": {"inputTokens": into, "outputTokens": out}},
        "litellm": {
            "id": name,
            "status": "success",
            "startTime": TIME,
            "prompt_tokens": into,
            "completion_tokens": out,
        },
        "otel": {
            "time": TIME,
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.response.id": name,
                "gen_ai.usage.input_tokens": into,
                "gen_ai.usage.output_tokens": out,
            },
        },
    }[vendor]
    return read_report(VENDOR_TABLES[vendor], report, {"time": TIME, "id": name}, meter="chat")


def test_a_report_of_a_higher_rank_replaces_the_event_and_one_of_a_lower_rank_changes_nothing(chat, now):
    acme, globex = create_organization(now), create_organization(now, "globex")
    tracer, vendor = report_from("otel", 1, 1_000, 10), report_from("openai", 1, 900, 10)
    assert send(acme, now, tracer).accepted == 1
    assert (charged(acme, now), send(acme, now, vendor).replaced, charged(acme, now)) == (1_100, 1, 1_000)
    assert send(globex, now, vendor).accepted == 1
    assert (send(globex, now, tracer).duplicate, charged(globex, now)) == (1, 1_000)
    assert [row.organization_id for row in EventCorrection.objects.all()] == [acme.pk]
    assert (send(acme, now, tracer, vendor).duplicate, charged(acme, now)) == (2, 1_000)
    assert list(check_usage()) == []


def test_of_the_reports_in_one_batch_only_the_one_with_the_highest_rank_is_an_event(chat, now):
    acme = create_organization(now)
    result = send(
        acme, now, report_from("otel", 1, 1_000, 10), report_from("openai", 1, 900, 10), report_from("litellm", 1, 7, 7)
    )
    assert (result.accepted, result.replaced, result.duplicate) == (1, 0, 2)
    assert (charged(acme, now), UsageEvent.objects.count()) == (1_000, 1)


def test_a_vendor_corrects_what_a_span_left_out(now):
    price(make_meter(), **cells("input 1.25\ncache_read 0.625\noutput 10"))
    acme, globex = create_organization(now), create_organization(now, "globex")
    tracer, vendor = report_from("otel", 1, 262_960, 1_744), report_from("openai", 1, 262_960, 1_744)
    vendor.event["data"]["cache_read_tokens"] = 257_955
    assert (send(acme, now, tracer).accepted, charged(acme, now)) == (1, 346_140)
    assert (send(acme, now, vendor).replaced, charged(acme, now)) == (1, 184_918)
    rows = UsageEvent.objects.filter(organization=acme).order_by("pk")
    assert list(rows.values_list("charge_micros", flat=True)) == [346_140, -346_140, 184_918]
    assert (send(globex, now, vendor).accepted, send(globex, now, tracer).duplicate) == (1, 1)
    assert (charged(globex, now), ReportFinding.objects.get().kind) == (184_918, "differs")


def costs(organization):
    """Return the cost, in whole dollars, and the key of each event in force."""
    rows = UsageEvent.objects.filter(organization=organization, state="rated").order_by("pk")
    voided = {row.voids for row in rows}
    return [
        (row.cost_picos and row.cost_picos // 10**12, row.key)
        for row in rows
        if row.pk not in voided and row.voids is None
    ]


def logged(number, into, out, cost):
    """Return one call as LiteLLM reports it: with its cost in dollars, and the key that was used."""
    found = report_from("litellm", number, into, out)
    found.event["data"] |= {"cost": {"amount": cost, "currency": "USD"}, "key": "k1"}
    return found


def test_the_cost_that_a_gateway_told_stays_when_a_vendor_tells_none(chat, now):
    acme = create_organization(now)
    send(acme, now, logged(1, 5, 5, 2), logged(2, 5, 5, 3))
    assert send(acme, now, report_from("openai", 1, 5, 5)).duplicate == 1
    assert (costs(acme), EventCorrection.objects.count()) == ([(2, "k1"), (3, "k1")], 0)
    vendor = report_from("openai", 2, 9, 9)
    assert (send(acme, now, vendor).replaced, costs(acme)) == (1, [(2, "k1"), (3, "k1")])
    assert (charged(acme, now), send(acme, now, vendor).duplicate) == (55 + 99, 1)
    assert list(check_usage()) == []


def test_a_report_of_a_higher_rank_adds_or_replaces_the_cost_and_the_charge_stays(chat, now):
    acme = create_organization(now)
    send(acme, now, report_from("otel", 1, 5, 5))
    assert (send(acme, now, logged(1, 5, 5, 2)).replaced, costs(acme)) == (1, [(2, "k1")])
    vendor = report_from("openai", 1, 5, 5)
    vendor.event["data"]["cost"] = {"amount": 4, "currency": "USD"}
    assert (send(acme, now, vendor).replaced, costs(acme), charged(acme, now)) == (1, [(4, "k1")], 55)
    assert list(check_usage()) == []


@pytest.mark.django_db(transaction=True)
def test_reports_that_agree_take_one_further_statement(chat, now):
    acme = create_organization(now)
    send(acme, now, *(report_from("otel", number, 5, 5) for number in range(100)))
    with CaptureQueriesContext(connection) as captured:
        result = send(acme, now, *(report_from("openai", number, 5, 5) for number in range(100)))
    assert (result.duplicate, len(captured)) == (100, 4)


def test_a_report_that_agrees_raises_the_rank_of_the_event(chat, now):
    acme = create_organization(now)
    send(acme, now, report_from("otel", 1, 5, 5))
    vendor = report_from("openai", 1, 5, 5)
    assert send(acme, now, vendor).duplicate == 1
    assert (send(acme, now, report_from("litellm", 1, 9, 9)).duplicate, charged(acme, now)) == (1, 55)
    assert (send(acme, now, vendor).duplicate, EventCorrection.objects.count()) == (1, 0)
    assert [each.code for each in send(acme, now, report_from("openai", 1, 6, 5)).refusals] == ["id_reused"]


def test_the_highest_rank_replaces_a_middle_one_even_if_it_repeats_the_lowest(chat, now):
    acme = create_organization(now)
    send(acme, now, report_from("otel", 1, 5, 0))
    assert [
        send(acme, now, report_from(vendor, 1, amount, 0)).replaced
        for vendor, amount in (("litellm", 6), ("openai", 5))
    ]
    assert (charged(acme, now), list(check_usage())) == (5, [])


def test_what_its_sender_corrected_is_replaced_by_no_gateway(chat, now):
    acme = create_organization(now)
    tracer = report_from("otel", 1, 5, 5)
    send(acme, now, tracer)
    same = Correction(
        organization=acme, source="ai", event_id="call-1", reason="Checked", created_by="key:test", event=tracer.event
    )
    assert correct_event(same, now=now).state == "unchanged"
    assert (send(acme, now, report_from("litellm", 1, 9, 9)).duplicate, charged(acme, now)) == (1, 55)


def test_a_batch_that_takes_all_or_nothing_replaces_nothing_if_one_event_is_refused(chat, now):
    acme = create_organization(now)
    send(acme, now, report_from("otel", 1, 5, 5), report_from("otel", 2, 5, 5))
    half = event("call-2", source="ai", time=TIME, quantity="0.5")
    with pytest.raises(EventsRefused):
        send(acme, now, report_from("openai", 1, 9, 9), event("other", input_tokens=1), half, atomic=True)
    assert (charged(acme, now), UsageEvent.objects.count()) == (110, 2)
    assert send(acme, now, report_from("openai", 1, 9, 9), atomic=True).replaced == 1
    assert charged(acme, now) == 55 + 99


def test_no_report_replaces_what_staff_reversed(chat, now):
    acme = create_organization(now)
    send(acme, now, report_from("otel", 1, 5, 5))
    reverse_transfer(
        organization=acme,
        cause=cause_of(acme),
        transfer_id=UsageEvent.objects.select_related("posting").get().posting.transfer_id,
        reason="Mistake",
        created_by="staff:ann",
        now=now,
    )
    assert (send(acme, now, report_from("openai", 1, 9, 9)).duplicate, charged(acme, now)) == (1, 0)


def test_another_report_of_the_same_rank_is_refused(chat, now):
    acme = create_organization(now)
    send(acme, now, report_from("litellm", 1, 5, 5))
    assert [each.code for each in send(acme, now, report_from("litellm", 1, 6, 5)).refusals] == ["id_reused"]


def events_in_force(organization):
    """Return the events in force: rated, and not voided."""
    rows = list(UsageEvent.objects.filter(organization=organization, state="rated").order_by("pk"))
    voided = {row.voids for row in rows}
    return [row for row in rows if row.pk not in voided and row.voids is None]


def test_a_report_with_a_lower_rank_adds_the_cost_and_the_dimensions_that_the_event_lacks(chat, now):
    acme = create_organization(now)
    vendor = report_from("openai", 1, 900, 10)
    vendor.event["data"]["project"] = "p1"
    tracer = report_from("otel", 1, 1, 1)
    tracer.event["data"] |= {"session": "s1", "project": "p2", "key": "k2"}
    send(acme, now, vendor)
    assert [send(acme, now, each).replaced for each in (logged(1, 5, 5, 2), tracer)] == [1, 1]
    (row,) = events_in_force(acme)
    facts = (row.cost_picos, row.key, row.project, row.session, row.input_tokens, row.charge_micros)
    assert facts == (2 * 10**12, "k1", "p1", "s1", 900, 1_000)
    assert [send(acme, now, each).duplicate for each in (logged(1, 5, 5, 2), tracer, vendor)] == [1, 1, 1]
    assert [each.code for each in send(acme, now, report_from("openai", 1, 6, 5)).refusals] == ["id_reused"]
    assert (charged(acme, now), list(check_usage())) == (1_000, [])


def test_an_event_that_waits_for_its_cost_is_rated_by_the_cost_that_a_gateway_reports(now):
    meter, acme = make_meter(), create_organization(now)
    price(meter, scheme="cells", cells={"per_cost_ppm": 1_300_000, "cost_currency": "USD"})
    assert send(acme, now, report_from("openai", 1, 5, 5)).quarantined == 1
    assert (send(acme, now, logged(1, 5, 5, 2)).replaced, charged(acme, now)) == (1, 2_600_000)
    assert list(check_usage()) == []


def with_ids(reported, *names):
    reported.event["data"]["ids"] = [{"source": "ai", "id": name} for name in names]
    return reported


def test_a_call_under_two_ids_counts_once_when_a_report_names_both(chat, now):
    acme, globex = create_organization(now), create_organization(now, "globex")
    gateway, own = logged(1, 1_000, 10, 2), event("mine", input_tokens=900, output_tokens=10)
    linked = own | {"data": own["data"] | {"ids": [{"source": "ai", "id": "call-1"}]}}
    assert (send(acme, now, gateway).accepted, send(acme, now, linked).replaced) == (1, 1)
    assert (send(globex, now, linked).accepted, send(globex, now, gateway).replaced) == (1, 1)
    for customer in (acme, globex):
        assert (charged(customer, now), costs(customer)) == (1_000, [(2, "k1")])
        assert (send(customer, now, gateway, own).duplicate, charged(customer, now)) == (2, 1_000)
    assert {row.event_id for row in events_in_force(acme)} == {"call-1"}
    void = Correction(organization=acme, source="app", event_id="mine", reason="A test", created_by="key:test")
    assert (correct_event(void, now=now).state, charged(acme, now)) == ("voided", 0)
    assert {each.code for each in send(acme, now, gateway, own).refusals} == {"event_voided"}
    assert list(check_usage()) == []


def test_reports_that_differ_and_members_that_are_unknown_are_listed(chat, now):
    acme = create_organization(now)
    usage = {"prompt_tokens": 5, "completion_tokens": 5, "prompt_tokens_details": {"hologram_tokens": 2}}
    odd = read_report(VENDOR_TABLES["openai"], {"id": "call-1", "usage": usage}, {"time": TIME}, meter="chat")
    send(acme, now, odd, report_from("openai", 2, 5, 5))
    send(acme, now, report_from("litellm", 1, 9, 9), report_from("litellm", 2, 5, 5))
    send(acme, now, report_from("litellm", 3, 5, 5))
    assert send(acme, now + timedelta(days=36), report_from("openai", 3, 7, 0)).duplicate == 1
    rows = ReportFinding.objects.order_by("pk").values_list("kind", "name", "report_count", "tokens", "last_event_id")
    assert list(rows) == [
        ("unread", "prompt_tokens_details.hologram_tokens", 1, 10, "call-1"),
        ("differs", "a gateway", 1, 18, "call-1"),
        ("differs", "a vendor or the sender", 1, 7, "call-3"),
    ]
    assert charged(acme, now) == 3 * 55


def test_the_ids_of_two_events_join_no_third(chat, now):
    acme = create_organization(now)
    send(acme, now, report_from("openai", 1, 5, 5), report_from("openai", 2, 5, 5))
    (refusal,) = send(acme, now, with_ids(report_from("litellm", 3, 5, 5), "call-1", "call-2")).refusals
    assert (refusal.code, refusal.reason) == ("ids_of_two_events", "call-1 and call-2 are ids of different events")
    assert send(acme, now, report_from("litellm", 3, 5, 5)).accepted == 1


def test_a_span_of_a_call_that_the_gateway_names_by_its_own_id_is_the_same_call(chat, now):
    acme = create_organization(now)
    one = report_from("openai", 1, 5, 5)
    span = report_from("otel", 2, 7, 7)
    batch = (replace(span, ids=("otel:t:s",)), with_ids(one, "otel:t:s"))
    assert (send(acme, now, *batch).accepted, charged(acme, now)) == (1, 55)
    assert (send(acme, now, *batch).duplicate, OtherEventId.objects.count()) == (2, 2)


def test_a_platform_key_ranks_above_a_key_of_the_customer(chat, now):
    acme, globex = create_organization(now), create_organization(now, "globex")
    own, platform = event("e1", input_tokens=5), report_from("otel", 1, 9, 0)
    known_as = {**platform.event, "source": "app", "id": "e1"}
    of = [replace(platform, event={**known_as, "subject": str(each.pk)}) for each in (acme, globex)]
    assert (send(acme, now, own).accepted, send(None, now, of[0]).replaced) == (1, 1)
    assert (send(None, now, of[1]).accepted, send(globex, now, own).duplicate) == (1, 1)
    assert (charged(acme, now), charged(globex, now)) == (9, 9)
    corrected = Correction(
        organization=acme, source="app", event_id="e1", reason="A test", created_by="key:test", event=own
    )
    assert (correct_event(corrected, now=now).state, charged(acme, now)) == ("replaced", 5)
    assert (send(None, now, of[0]).duplicate, list(check_usage())) == (1, [])


RANKS = {
    "platform": 0,
    **dict.fromkeys(("events", "openai", "anthropic", "gemini", "bedrock"), 1),
    "litellm": 2,
    "otel": 3,
}
reports_of_calls = st.lists(
    st.tuples(st.sampled_from(list(RANKS)), st.integers(0, 2), st.sampled_from([0, 7, 900]), st.sampled_from([0, 3])),
    min_size=1,
    max_size=9,
    unique_by=lambda each: (RANKS[each[0]], each[1]),
)


def routed(customer, route, number, into, out):
    """Return a call as a route reports it: a span has an id of its own, which the other routes name beside theirs."""
    if route == "otel":
        span = report_from("otel", number, into, out)
        return replace(span, event={**span.event, "id": f"span-{number}"})
    if route == "events":
        one = event(f"call-{number}", source="ai", type="chat", time=TIME, input_tokens=into, output_tokens=out)
        one["data"]["ids"] = [{"source": "ai", "id": f"span-{number}"}]
        return one
    reported = with_ids(report_from("openai" if route == "platform" else route, number, into, out), f"span-{number}")
    subject = {"subject": str(customer.pk)} if route == "platform" else {}
    return replace(reported, event={**reported.event, **subject})


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    reports=reports_of_calls,
    cuts=st.lists(st.integers(0, 9), max_size=3).map(sorted),
    days=st.lists(st.sampled_from([0, 1, 20, 34]), min_size=4, max_size=4).map(sorted),
)
@example(reports=[("otel", 0, 7, 0), ("openai", 0, 7, 0), ("litellm", 0, 900, 0)], cuts=[1, 2], days=[0, 0, 0, 0])
@example(reports=[("otel", 0, 7, 0), ("litellm", 0, 900, 0), ("openai", 0, 7, 0)], cuts=[1, 2], days=[0, 20, 34, 34])
@example(reports=[("gemini", 0, 7, 0), ("otel", 0, 900, 0), ("platform", 0, 7, 3)], cuts=[1, 2], days=[0, 1, 34, 34])
@example(reports=[("otel", 0, 900, 0), ("events", 0, 7, 3)], cuts=[1], days=[0, 34, 34, 34])
@example(reports=[("bedrock", 0, 7, 3), ("otel", 0, 900, 0), ("anthropic", 1, 7, 3)], cuts=[], days=[0, 0, 0, 0])
def test_any_order_of_routes_and_batches_within_the_window_gives_one_total(chat, now, reports, cuts, days):
    customer = create_organization(now, slug=str(uuid4()))
    for start, end, day in zip([0, *cuts], [*cuts, len(reports)], days, strict=False):
        for sender in (customer, None):
            batch = [each for each in reports[start:end] if (each[0] == "platform") == (sender is None)]
            if batch:
                send(sender, now + timedelta(days=day), *(routed(customer, *each) for each in batch))
    best = {each[1]: each for each in sorted(reports, key=lambda each: -RANKS[each[0]])}
    end = now + timedelta(days=34)
    assert charged(customer, end) == sum(into + 10 * out for _, _, into, out in best.values())
    assert list(check_usage()) == []
