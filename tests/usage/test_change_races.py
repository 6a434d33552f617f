"""Concurrent aliases, corrections, month closes and reports: each event counts once, in its latest form."""

from collections import Counter
from datetime import timedelta

import pytest

from apps.common.periods import parse_month
from apps.pricing.services import (
    AliasTerms,
    PriceSlot,
    PriceTerms,
    draft_price_version,
    list_price_book,
    publish_price_version,
)
from apps.usage.errors import AlreadyVoided
from apps.usage.models import EventCorrection, MinimumCharge, MonthClose, UnknownModel, UsageEvent
from apps.usage.services import Correction, check_usage, close_month, correct_event, rerate_quarantined
from apps.usage.services.aliases import NewAlias, name_and_rate
from apps.wallets.consistency import book_mismatches
from apps.wallets.selectors import wallet_figures
from tests.factories import create_grant, create_organization
from tests.pricing.factories import EARLY, make_meter, price
from tests.usage.factories import event, send, several
from tests.usage.test_races import at_once
from tests.usage.test_ranked_reports import events_in_force, report_from

pytestmark = pytest.mark.django_db(transaction=True)
MICRO = 1_000_000
OCTOBER = "2026-10-05T00:00:00Z"


@pytest.fixture
def acme(now):
    organization = create_organization(EARLY)
    create_grant(organization, "100", now)
    return organization


def charged(organization, now):
    figures = wallet_figures(organization, now)
    return 100 * MICRO - figures.balance_micros + figures.outstanding_micros


def assert_proven(organization, now):
    """Check that the customer was charged for the events in force and the minimums; prove every total."""
    minimums = sum(MinimumCharge.objects.values_list("amount_micros", flat=True))
    rows = UsageEvent.objects.filter(organization=organization, state="rated")
    assert charged(organization, now) == sum(rows.values_list("charge_micros", flat=True)) + minimums
    assert (list(check_usage()), list(book_mismatches())) == ([], [])


def correct(organization, now, event_id, new=None):
    """Correct an event, and return the correction's state, or "refused" if the event was voided before."""
    facts = {"organization": organization, "source": "app", "event_id": event_id, "created_by": "key:test"}
    try:
        return correct_event(Correction(**facts, reason="sent twice", event=new), now=now).state
    except AlreadyVoided:
        return "refused"


def test_usage_that_meets_its_alias_is_rated_by_it_or_waits_for_the_next_rating(acme, now):
    meter = make_meter()
    price(meter, model="nimbus-3", micros_per_million=MICRO)
    batches = [several(20, prefix=f"b{number}-", model="acme/nimbus-3", quantity=3) for number in range(12)]
    send(acme, now, *several(20, prefix="before-", model="acme/nimbus-3", quantity=3))
    newest = UsageEvent.objects.latest("pk").pk
    naming = NewAlias(
        AliasTerms(meter_id=meter.pk, name="acme/nimbus-3", target="nimbus-3"), newest_event=newest, reason="same model"
    )
    *sent, named, first, second = at_once(
        *[lambda batch=batch: send(acme, now, *batch) for batch in batches],
        lambda: name_and_rate(naming, created_by="staff:ann", now=now),
        *[lambda: rerate_quarantined(created_by="staff:ann", now=now)] * 2,
    )
    assert sum(each.accepted + each.quarantined for each in sent) == 240
    waited = 20 + sum(each.quarantined for each in sent)
    waiting = waited - named.rated - first.rated - second.rated
    assert UsageEvent.objects.filter(state="quarantined").count() == waiting
    assert UnknownModel.objects.get().waiting_count == waiting
    assert_proven(acme, now)
    again = rerate_quarantined(created_by="staff:ann", now=now)
    assert (again.rated, again.waiting, charged(acme, now)) == (waiting, 0, 260 * 3)
    assert set(UsageEvent.objects.values_list("state", "model", "model_sent")) == {
        ("rated", "nimbus-3", "acme/nimbus-3")
    }
    assert_proven(acme, now)


@pytest.mark.parametrize(("minimum", "expected"), [(0, 72), (100, 100)])
def test_voids_that_meet_the_close_of_their_month_are_taken_back_once(acme, now, minimum, expected):
    price(make_meter(), micros_per_million=MICRO, minimum_micros=minimum)
    send(acme, now, *several(32, quantity=3, time=OCTOBER))
    ids = [f"e{number}" for number in range(1, 9)]
    results = at_once(
        *[lambda each=each: correct(acme, now, each) for each in ids * 2],
        lambda: close_month(month=parse_month("2026-10"), closed_by="system:test", now=now),
    )
    assert Counter(results[:-1]) == {"voided": 8, "refused": 8}
    assert (MonthClose.objects.get().state, charged(acme, now)) == ("closed", expected)
    assert_proven(acme, now)


def test_a_replacement_after_a_change_of_price_counts_once_at_its_own_price(acme, now):
    meter = make_meter()
    price(meter, micros_per_million=MICRO)
    start, later = now + timedelta(minutes=10), now + timedelta(minutes=20)
    draft = draft_price_version(
        slot=PriceSlot(book=list_price_book(currency="USD", now=now), meter=meter, effective_from=start),
        terms=PriceTerms(scheme="per_token", micros_per_million=9 * MICRO),
        created_by="staff:ann",
        now=now,
    )
    publish_price_version(version_id=draft.pk, published_by="staff:ann", now=now)
    first = event("e1", quantity=1_000)
    send(acme, now, first)
    news = [event("e1", quantity=number, time=later.isoformat()) for number in range(1, 9)]
    at_once(
        *[lambda new=new: correct(acme, later, "e1", new) for new in news],
        *[lambda: send(acme, later, first)] * 4,
    )
    (row,) = events_in_force(acme)
    assert (row.pk, row.price_version_id) == (EventCorrection.objects.latest("pk").replacement, draft.pk)
    assert (EventCorrection.objects.count(), charged(acme, later)) == (8, 9 * row.quantity_micros // MICRO)
    assert_proven(acme, later)


def test_replacements_that_meet_a_void_are_before_it_or_refused(acme, now):
    price(make_meter(), micros_per_million=MICRO)
    send(acme, now, *several(5, quantity=1_000))
    changes = [(f"e{number}", value) for number in range(1, 6) for value in (10, 20, None)]
    results = at_once(
        *[
            lambda each=each, value=value: correct(acme, now, each, value and event(each, quantity=value))
            for each, value in changes
        ]
    )
    found = Counter(results)
    assert (found["voided"], found["replaced"] + found["refused"]) == (5, 10)
    assert (events_in_force(acme), charged(acme, now)) == ([], 0)
    assert_proven(acme, now)


@pytest.mark.parametrize("month", ["2026-11", "2026-10"])
def test_a_call_reported_by_three_routes_at_once_counts_as_its_vendor_reports_it(acme, now, month):
    price(make_meter(), input_micros_per_million=MICRO, output_micros_per_million=10 * MICRO)
    routes = [("otel", 1_000), ("litellm", 950), ("openai", 900)]

    def reports(vendor, tokens):
        calls = [report_from(vendor, number, tokens, 10) for number in range(30)]
        return [call for call in calls if not call.event.update(time=f"{month}-03T12:00:00Z")]

    at_once(
        *[lambda route=route: send(acme, now, *reports(*route)) for route in routes * 2],
        *[lambda route=route: send(acme, now, *reversed(reports(*route))) for route in routes],
        lambda: close_month(month=parse_month("2026-10"), closed_by="system:test", now=now),
    )
    assert [row.input_tokens for row in events_in_force(acme)] == [900] * 30
    assert charged(acme, now) == 30 * 1_000
    assert_proven(acme, now)
