"""Charging usage that waited for a price, and ending a price: who is charged what is shown, and the limit counts it."""

import pytest
from django.contrib.auth.models import User

from apps.approvals.actions import execute, submit
from apps.approvals.models import Approval, SoloAction
from apps.approvals.services import approve
from apps.pricing.models import Meter
from apps.usage.actions import EndPrice, OtherCharges, PublishPrice, rate_actions
from apps.usage.models import UsageEvent
from apps.wallets.selectors import wallet_figures
from tests.factories import create_organization
from tests.pricing.making import make_meter, price
from tests.usage.making import event, send
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
    (action,) = rate_actions(None, reason="priced now", key=key, by=by, now=now)
    return action, submit(action, by=by, now=now)


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
    assert rows["All that is charged"] == "0.42 USD"
    assert f"{acme.name}, charged 0.42 USD" in rows
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
    with pytest.raises(OtherCharges):
        execute(waiting.pk, now=now)
    assert Approval.objects.get().status == "approved"


def test_rating_counts_in_the_sum_of_a_day(acme, people, now):
    price(Meter.objects.get(), micros_per_million=2 * MICRO)
    _, waiting = rate(people[0], now)
    assert (waiting, SoloAction.objects.get().amount_micros) == (None, 20)


def test_ending_a_price_counts_what_no_other_goes_on_pricing(people, now, settings):
    settings.APPROVAL_LIMIT_MICROS = 19
    customer, meter = create_organization(now), make_meter()
    version = price(meter, micros_per_million=2 * MICRO)
    send(customer, now, event("a", quantity=10))
    action = EndPrice.of(version, at=now.replace(year=2028), reason="over", key="staff:1", now=now)
    assert (action.amount_micros, submit(action, by=people[0], now=now) is None) == (20, False)
