"""Charging waiting usage, and ending a price: the charges shown are the charges made, and the limit applies."""

import pytest
from django.contrib.auth.models import User

from apps.approvals.errors import AlreadyRequested
from apps.approvals.models import Approval, SoloAction
from apps.approvals.services import approve
from apps.approvals.submission import execute, submit
from apps.pricing.models import Meter, PriceLink
from apps.proofs.services.company import prove_prices
from apps.usage.actions import ChargesChanged, EndPrice, PublishPrice, WithdrawPrice, newest_waiting, rate_actions
from apps.usage.models import UsageEvent
from apps.wallets.selectors import wallet_figures
from tests.backoffice.people import client_of
from tests.factories import create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send
from tests.usage.test_preview import MICRO, draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db):
    return [User.objects.create_superuser(name) for name in ("ann", "bob")]


@pytest.fixture
def acme(now):
    """A customer with ten tokens that wait: there was no price for them."""
    customer = create_organization(now)
    make_meter()
    send(customer, now, event("a", quantity=4), event("b", quantity=6))
    assert UsageEvent.objects.filter(state="quarantined").count() == 2
    return customer


def rate(by, now, key="staff:1"):
    action = rating(by, now, key)
    return action, submit(action, by=by, now=now)


def rating(by, now, key="staff:1", event_pks=None, newest=None):
    (action,) = rate_actions(event_pks, newest or newest_waiting(), reason="priced now", key=key, by=by, now=now)
    return action


def test_a_price_counts_what_waits_for_it(acme, people, now, settings):
    settings.APPROVAL_LIMIT_MICROS = 49
    action = PublishPrice.of(draft(Meter.objects.get(), now), reason="new", key="staff:1", now=now)
    assert action.amount_micros == 50
    assert submit(action, by=people[0], now=now) is not None


def test_rating_shows_customers_and_amounts_and_waits_above_the_limit(acme, people, now, settings):
    ann, bob = people
    price(Meter.objects.get(), micros_per_million=42_000 * MICRO)
    settings.APPROVAL_LIMIT_MICROS = 419_999
    action, waiting = rate(ann, now)
    assert (action.amount_micros, waiting.amount_micros) == (420_000, 420_000)
    before = wallet_figures(acme, now)
    rows = {row.what: row.after for row in waiting.seen()}
    assert rows["Total charged"] == "0.42 USD"
    assert f"Credit of {acme.name}, charged 0.42 USD" in rows
    assert UsageEvent.objects.filter(state="quarantined").count() == 2
    approve(approval_id=waiting.pk, by=bob, now=now)
    execute(waiting.pk, now=now)
    after = wallet_figures(acme, now)
    had, has = (each.balance_micros - each.outstanding_micros for each in (before, after))
    assert had - has == 420_000
    assert not UsageEvent.objects.filter(state="quarantined").exists()


def test_rating_is_refused_where_other_amounts_would_be_charged_by_now(acme, people, now, settings):
    ann, bob = people
    price(Meter.objects.get(), micros_per_million=2 * MICRO)
    settings.APPROVAL_LIMIT_MICROS = 1
    _, waiting = rate(ann, now)
    UsageEvent.objects.filter(event_id="a").update(quantity_micros=400 * MICRO)
    approve(approval_id=waiting.pk, by=bob, now=now)
    with pytest.raises(ChargesChanged):
        execute(waiting.pk, now=now)
    assert Approval.objects.get().status == "approved"


def test_rating_counts_in_the_sum_of_a_day(acme, people, now):
    price(Meter.objects.get(), micros_per_million=2 * MICRO)
    _, waiting = rate(people[0], now)
    assert (waiting, SoloAction.objects.get().amount_micros) == (None, 20)


def test_rating_is_refused_where_another_customer_would_be_charged_the_same_in_all(acme, people, now, settings):
    ann, bob = people
    other = create_organization(now, "other")
    send(other, now, event("c", quantity=20))
    price(Meter.objects.get(), micros_per_million=2 * MICRO)
    settings.APPROVAL_LIMIT_MICROS = 1
    _, waiting = rate(ann, now)
    UsageEvent.objects.filter(event_id="a").update(quantity_micros=14 * MICRO)
    UsageEvent.objects.filter(event_id="c").update(quantity_micros=10 * MICRO)
    approve(approval_id=waiting.pk, by=bob, now=now)
    with pytest.raises(ChargesChanged):
        execute(waiting.pk, now=now)


def test_rating_leaves_what_came_after_somebody_looked(acme, people, now, settings):
    ann, bob = people
    looked = newest_waiting()
    send(acme, now, event("later", quantity=1_000))
    price(Meter.objects.get(), micros_per_million=2 * MICRO)
    settings.APPROVAL_LIMIT_MICROS = 1
    action = rating(ann, now, newest=looked)
    assert action.amount_micros == 20
    waiting = submit(action, by=ann, now=now)
    approve(approval_id=waiting.pk, by=bob, now=now)
    execute(waiting.pk, now=now)
    assert UsageEvent.objects.get(state="quarantined").event_id == "later"


@pytest.mark.parametrize("alone", [False, True])
def test_rating_cannot_be_asked_for_twice_nor_done_beside_a_request(acme, people, now, settings, alone):
    ann, bob = people
    price(Meter.objects.get(), micros_per_million=2 * MICRO)
    settings.APPROVAL_LIMIT_MICROS = 1
    _, waiting = rate(ann, now)
    UsageEvent.objects.filter(event_id="a").update(quantity_micros=5 * MICRO)
    one = UsageEvent.objects.get(event_id="b").pk
    if alone:
        settings.APPROVAL_LIMIT_MICROS = 10**9
    for chosen in (None, [one]):
        with pytest.raises(AlreadyRequested, match=f"Request {waiting.pk} by ann"):
            submit(rating(bob, now, "staff:2", chosen), by=bob, now=now)


def test_rating_other_events_can_be_asked_for_beside_a_request(acme, people, now, settings):
    price(Meter.objects.get(), micros_per_million=2 * MICRO)
    settings.APPROVAL_LIMIT_MICROS = 1
    one, other = UsageEvent.objects.order_by("pk").values_list("pk", flat=True)
    asked = [
        submit(rating(people[0], now, f"staff:{pk}", [pk]), by=people[0], now=now).amount_micros for pk in (one, other)
    ]
    assert asked == [8, 12]
    with pytest.raises(AlreadyRequested):
        submit(rating(people[0], now, "staff:3", [one, other]), by=people[0], now=now)


@pytest.mark.parametrize("terms", [{}, {"micros_per_million": 0}])
def test_a_price_that_no_usage_can_be_compared_with_takes_two_people(people, now, terms):
    row = draft(make_meter("unused"), now, **terms)
    action = PublishPrice.of(row, reason="new", key="staff:1", now=now)
    waiting = submit(action, by=people[0], now=now)
    assert waiting.amount_micros == 0
    approve(approval_id=waiting.pk, by=people[1], now=now)
    execute(waiting.pk, now=now)
    row.refresh_from_db()
    assert row.status == "published"


def test_the_review_of_a_price_has_its_terms_in_words(people, now):
    tiers = [
        {"up_to_micros": 5 * MICRO, "micros_per_million": 10**12},
        {"up_to_micros": None, "micros_per_million": 0, "flat_micros": 2 * MICRO},
    ]
    row = draft(make_meter(), now, scheme="volume", tiers=tiers, minimum_micros=3 * MICRO)
    action = PublishPrice.of(row, reason="new", key="staff:1", now=now)
    said = [(each.what, each.after) for each in action.preview(by=people[0], now=now)]
    assert [text for what, text in said if what == "Price"] == [
        "2 tiers, from 1.00 USD each",
        "up to 5: 1.00 USD each",
        "above: 0.00 USD each and 2.00 USD",
    ]
    assert ("Minimum of a month with usage", "3.00 USD") in said
    client = client_of(people[1])
    page = client.get(f"/admin/approvals/approval/{submit(action, by=people[0], now=now).pk}/approve/").text
    assert "2 tiers, from 1.00 USD each" in page
    assert "per_million" not in page


def test_a_price_that_changes_nothing_of_what_was_used_takes_one(people, now):
    customer, meter = create_organization(now), make_meter()
    price(meter, micros_per_million=5 * MICRO)
    send(customer, now, event("a", quantity=10))
    action = PublishPrice.of(draft(meter, now), reason="new", key="staff:1", now=now)
    assert (action.amount_micros, submit(action, by=people[0], now=now)) == (0, None)


def test_a_price_by_which_something_used_has_no_charge_takes_two_people(people, now):
    customer, meter = create_organization(now), make_meter()
    price(meter, micros_per_million=5 * MICRO)
    send(customer, now, event("a", quantity=10))
    split = {"micros_per_million": None, "input_micros_per_million": 1, "output_micros_per_million": 1}
    action = PublishPrice.of(draft(meter, now, **split), reason="new", key="staff:1", now=now)
    waiting = submit(action, by=people[0], now=now)
    assert not waiting.is_size_known


def test_ending_a_price_counts_what_no_other_goes_on_pricing(people, now, settings):
    settings.APPROVAL_LIMIT_MICROS = 19
    customer, meter = create_organization(now), make_meter()
    version = price(meter, micros_per_million=2 * MICRO)
    send(customer, now, event("a", quantity=10))
    action = EndPrice.of(version, at=now.replace(year=2028), reason="over", key="staff:1", now=now)
    assert (action.amount_micros, submit(action, by=people[0], now=now) is None) == (20, False)


def approved(action, people, now):
    """Carry out an action that a second person approved; return the request's id as text."""
    waiting = submit(action, by=people[0], now=now)
    approve(approval_id=waiting.pk, by=people[1], now=now)
    execute(waiting.pk, now=now)
    return str(waiting.pk)


def test_each_link_of_a_price_keeps_the_request_that_was_approved(people, now, settings):
    settings.APPROVAL_LIMIT_MICROS = 19
    customer, meter = create_organization(now), make_meter()
    first = price(meter, micros_per_million=2 * MICRO)
    send(customer, now, event("a", quantity=10))
    second = draft(meter, now)
    alike = {"reason": "terms", "now": now}
    published = approved(PublishPrice.of(second, key="staff:1", **alike), people, now)
    withdrawn = approved(WithdrawPrice.of(second, key="staff:2", **alike), people, now)
    ended = approved(EndPrice.of(first, at=now.replace(year=2028), key="staff:3", **alike), people, now)

    links = PriceLink.objects.order_by("number")
    assert [(each.version_id, each.what, each.body["approval"]) for each in links] == [
        (first.pk, "published", ""),
        (first.pk, "end", published),
        (second.pk, "published", published),
        (second.pk, "withdrawn", withdrawn),
        (first.pk, "end", withdrawn),
        (first.pk, "end", ended),
    ]
    assert prove_prices(now=now) == []
