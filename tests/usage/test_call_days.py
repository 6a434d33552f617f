"""Day totals of model calls: exact for previews of price tables, and as few as there are different calls."""

from datetime import date

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.pricing.cell_text import read_lines
from apps.usage.models import CallDay, UsageEvent
from apps.usage.preview import preview_price
from apps.usage.selectors.call_days import are_enough_for, kept_calls
from apps.usage.selectors.previewed_usage import chosen_days
from apps.usage.services import Correction, check_usage, correct_event, rebuild_usage
from tests.factories import create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send
from tests.usage.test_model_calls import cells
from tests.usage.test_preview import draft, shown

pytestmark = pytest.mark.django_db
TABLE = """input 1.25
input above=200000 2.5
cache_read 0.3
output 10
output_image 40
output_images 0.04
searches 0.01
requests 0.001
input region=eu 1.5
tier flex 0.5
other tiers standard"""


@pytest.fixture
def acme(now):
    return create_organization(now)


@pytest.fixture
def chat(db):
    meter = make_meter()
    price(meter, model="m", **cells(TABLE))
    return meter


def rows():
    return sorted(CallDay.objects.values_list("above", "names", "of", "event_count", "input_tokens", "amount"))


def test_calls_that_cost_alike_share_their_rows(acme, chat, now):
    calls = [event(f"e{number}", model="m", input_tokens=200_000, cache_read_tokens=5) for number in range(50)]
    send(acme, now, *calls, event("large", model="m", input_tokens=200_001))
    assert rows() == [
        (128_000, "cache_read", "", 50, 10_000_000, 0),
        (128_000, "cache_read", "cache_read", 0, 0, 250),
        (200_000, "", "", 1, 200_001, 0),
    ]


def test_they_are_proved_and_rebuilt_from_the_events(acme, chat, now):
    send(acme, now, event("a", model="m", input_tokens=9, cache_read_tokens=5), event("b", model="m", output_tokens=7))
    void = Correction(
        organization=acme, source="app", event_id="a", reason="It was a test", created_by="key:test", event=None
    )
    correct_event(void, now=now)
    before = rows()
    assert (list(check_usage()), [row[3:] for row in before if row[2] == ""]) == ([], [(1, 0, 0), (0, 0, 0)])
    CallDay.objects.update(amount=77)
    assert {each.proof for each in check_usage()} == {"calls by day against events"}
    rebuild_usage(now=now)
    assert (rows(), list(check_usage())) == (before, [])


calls = st.fixed_dictionaries(
    {"input_tokens": st.sampled_from([0, 40, 32_000, 200_000, 200_001, 600_000])},
    optional={
        "cache_read_tokens": st.integers(1, 20),
        "output_tokens": st.integers(0, 5_000),
        "quantities": st.sampled_from([{"searches": 2}, {"output_images": 1}, {"searches": 1, "output_images": 3}]),
        "service_tier": st.sampled_from(["flex", "priority"]),
        "region": st.sampled_from(["eu", "us"]),
    },
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(calls, min_size=1, max_size=12))
def test_any_calls_cost_as_groups_what_they_cost_one_by_one(acme, chat, now, given):
    given = [{**call, "input_tokens": max(call["input_tokens"], call.get("cache_read_tokens", 0))} for call in given]
    known = UsageEvent.objects.count()
    send(acme, now, *(event(f"{known}-{number}", model="m", **call) for number, call in enumerate(given)))
    table = read_lines(TABLE)
    grouped = sum(table.priced(group["call"]).exact for group in kept_calls(Q(meter=chat)))
    assert grouped == sum(int(exact or 0) for exact in UsageEvent.objects.values_list("exact_price", flat=True))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("input above=200000 1", True),
        ("input above=150000 1", False),
        ("input tag=a 1", False),
        ("cost 1.2 USD", False),
    ],
)
def test_what_they_do_not_tell_apart_is_read_from_the_events(line, expected):
    assert are_enough_for([read_lines(f"output 1\n{line}")]) is expected


def test_a_preview_reads_no_rated_event(acme, chat, now):
    send(acme, now, event("a", model="m", input_tokens=1_000_000), event("b", model="m", input_tokens=100))
    new = draft(chat, now, model="m", micros_per_million=None, **cells("input 2.5\noutput 20"))
    window = chosen_days(date(2026, 11, 18), date(2026, 11, 18))
    with CaptureQueriesContext(
        connection,
    ) as captured:
        preview = preview_price(new, now, window)
    parsed = [each["sql"] for each in captured if "usage_usageevent" in each["sql"]]
    assert [sql for sql in parsed if "'quarantined'" not in sql] == []
    assert shown(preview) == [("acme", 2_502_125, 2_500_250)]


def test_a_preview_by_an_unusual_size_or_a_tag_is_exact_too(acme, chat, now):
    send(acme, now, event("a", model="m", input_tokens=150_001, tag="x"), event("b", model="m", input_tokens=150_000))
    text = "input 0\ninput above=150000 10\ninput above=150000 tag=x 20\noutput 1"
    new = draft(chat, now, model="m", micros_per_million=None, **cells(text))
    assert shown(preview_price(new, now)) == [("acme", 377_001, 3_000_020)]
