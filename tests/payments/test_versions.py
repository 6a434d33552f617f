"""Events in the account's API version: a swept event never replaces a delivery."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from apps.common.money import to_micros
from apps.payments import services, stripe_operations
from apps.payments.handlers import dispatch, event_backfill
from apps.payments.models import CheckoutSession, StripeEvent
from apps.tenants.models import Organization
from apps.wallets.models import Grant
from apps.wallets.selectors import wallet_figures
from local_stripe.faults import Fault
from local_stripe.shapes import Body
from tests.payments.desk import Desk
from tests.payments.test_flows_in_any_order import WORLDS, World, books, invoice, put_back, taxed
from tests.payments.test_top_ups import buy

OLD = "2020-08-27"
COMPLETED = "checkout.session.completed"


@pytest.fixture
def paid(desk: Desk, acme: Organization, now: datetime) -> Body:
    """A paid top-up whose event Stripe lists in an old version, in which the session has other members."""
    desk.press(buy(acme, now))
    (event,) = desk.events(COMPLETED)
    return listed_in(desk, event, OLD)


def listed_in(desk: Desk, event: Body, version: str) -> Body:
    """Make Stripe list an event in another version; return it as delivered, in the endpoint's version."""
    session = {**event["data"]["object"]}
    if version == OLD:
        session["amount_total"], session["display_items"] = None, []
    desk.account.store.put({**event, "api_version": version, "data": {"object": session}})
    return event


def sweep(desk: Desk, now: datetime) -> StripeEvent:
    event_backfill.sweep_events(now=now)
    desk.run(now)
    return StripeEvent.objects.get(type=COMPLETED)


def balance(acme: Organization, now: datetime) -> int:
    return wallet_figures(acme, now).balance_micros


class TestSwept:
    def test_is_read_from_the_object_as_the_pinned_version_has_it(
        self, desk: Desk, acme: Organization, now: datetime, paid: Body
    ) -> None:
        event = sweep(desk, now)
        assert (event.state, event.source, event.api_version) == ("handled", "sweep", OLD)
        assert balance(acme, now) == to_micros("25")

    def test_changes_nothing_when_it_is_delivered_after_that(
        self, desk: Desk, acme: Organization, now: datetime, paid: Body
    ) -> None:
        sweep(desk, now)
        assert desk.post(paid).status_code == 200
        desk.run(now)
        event = StripeEvent.objects.get(type=COMPLETED)
        assert (event.state, event.source, event.api_version) == ("handled", "sweep", OLD)
        assert (balance(acme, now), Grant.objects.count()) == (to_micros("25"), 1)

    def test_waits_while_stripe_does_not_answer(
        self, desk: Desk, acme: Organization, now: datetime, paid: Body
    ) -> None:
        desk.local.faults.add(Fault("500_before", method="GET", path="/v1/checkout/sessions/", times=3))
        assert sweep(desk, now).state == "received"
        desk.run(now + timedelta(minutes=1))
        assert balance(acme, now) == to_micros("25")

    def test_is_parked_where_stripe_has_no_such_object(
        self, desk: Desk, acme: Organization, now: datetime, paid: Body
    ) -> None:
        desk.account.store.query("DELETE FROM objects WHERE kind = 'checkout.session'")
        event = sweep(desk, now)
        assert (event.state, event.error) == (
            "parked",
            "It is in API version 2020-08-27, and Stripe has no such object in 2026-10-28.endive",
        )


class TestDelivered:
    @pytest.mark.parametrize("state", ["parked", "ignored", "received"])
    def test_replaces_a_swept_row_that_was_not_handled(
        self, desk: Desk, acme: Organization, now: datetime, paid: Body, state: str
    ) -> None:
        event_backfill.sweep_events(now=now)
        settled = None if state == "received" else now
        rows = StripeEvent.objects.filter(type=COMPLETED)
        rows.update(state=state, settled_at=settled, attempts=3, error="It is in API version 2020-08-27")
        desk.account.store.query("DELETE FROM objects WHERE kind = 'checkout.session'")
        assert desk.post(paid).status_code == 200
        desk.run(now)
        event = rows.get()
        assert (event.state, event.source, event.api_version) == ("handled", "webhook", "2026-10-28.endive")
        assert (event.attempts, event.error) == (0, "")
        assert balance(acme, now) == to_micros("25")

    def test_in_another_version_is_replaced_once_the_endpoint_is_mended(
        self, desk: Desk, acme: Organization, now: datetime, paid: Body
    ) -> None:
        desk.post({**paid, "api_version": OLD})
        desk.run(now)
        assert StripeEvent.objects.get().state == "parked"
        desk.post(paid)
        desk.run(now)
        assert StripeEvent.objects.get().state == "handled"
        assert balance(acme, now) == to_micros("25")

    def test_in_another_version_replaces_nothing(
        self, desk: Desk, acme: Organization, now: datetime, paid: Body
    ) -> None:
        desk.post({**paid, "livemode": True})
        desk.run(now)
        before = StripeEvent.objects.values().get()
        assert before["state"] == "parked"
        desk.post({**paid, "api_version": OLD})
        desk.post(paid)
        desk.run(now)
        assert StripeEvent.objects.values().get() == before

    def test_never_replaces_what_staff_have_seen_to(
        self, desk: Desk, acme: Organization, now: datetime, paid: Body
    ) -> None:
        desk.post({**paid, "api_version": OLD})
        desk.run(now)
        services.dismiss_event(event_id=paid["id"], reason="Booked by hand", by="staff:ann", now=now)
        desk.post(paid)
        desk.run(now)
        assert (StripeEvent.objects.get().api_version, balance(acme, now)) == (OLD, 0)

    def test_is_not_parked_by_a_worker_that_read_the_row_before(
        self, desk: Desk, acme: Organization, now: datetime, paid: Body, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The delivery arrives after a worker has read the swept row, and before it parks it."""

        def none_and_meanwhile_it_is_delivered(*_: Any) -> None:
            desk.post(paid)

        event_backfill.sweep_events(now=now)
        with monkeypatch.context() as patched:
            patched.setattr(stripe_operations, "fetch_object", none_and_meanwhile_it_is_delivered)
            dispatch.handle_event(event_id=paid["id"], now=now)
        assert StripeEvent.objects.get(type=COMPLETED).state == "received"
        desk.run(now)
        assert balance(acme, now) == to_micros("25")


class TestRelease:
    @pytest.mark.parametrize("version", ["2026-09-30.endive", "2026-12-16.endive"])
    def test_of_the_same_name_is_read_as_it_is(
        self, desk: Desk, acme: Organization, now: datetime, paid: Body, version: str
    ) -> None:
        desk.post({**paid, "api_version": version})
        desk.run(now)
        assert StripeEvent.objects.get().state == "handled"
        assert CheckoutSession.objects.get().state == "paid"
        assert balance(acme, now) == to_micros("25")

    @pytest.mark.parametrize("version", ["2026-09-30.dahlia", "2026-10-28.preview", "2026-10-28", "endive"])
    def test_of_another_name_is_not(
        self, desk: Desk, acme: Organization, now: datetime, paid: Body, version: str
    ) -> None:
        desk.post({**paid, "api_version": version})
        desk.run(now)
        assert (StripeEvent.objects.get().state, balance(acme, now)) == ("parked", 0)


@pytest.mark.parametrize(
    "world", [world if world in (taxed, invoice) else pytest.param(world, marks=pytest.mark.long) for world in WORLDS]
)
def test_a_flow_that_is_swept_in_an_old_version_gives_the_books_of_its_deliveries(
    desk: Desk, acme: Organization, now: datetime, world: World
) -> None:
    """On an account that was never upgraded, only a sweep brings the events; then every delivery arrives late."""
    desk.account.api_version = OLD
    world(desk, acme, now)
    with put_back(desk):
        wait_out(desk, now)
        delivered = books(desk, acme, now)
    event_backfill.sweep_events(now=now)
    assert set(StripeEvent.objects.values_list("api_version", flat=True)) == {OLD}
    desk.run(now)
    wait_out(desk, now, told=False)
    assert books(desk, acme, now) == delivered
    wait_out(desk, now)
    assert books(desk, acme, now) == delivered


def wait_out(desk: Desk, now: datetime, *, told: bool = True) -> None:
    """Let hours pass, so that waiting events are tried again, with Stripe's deliveries or without."""
    for hours in range(0, 30, 4):
        at = now + timedelta(hours=hours)
        desk.deliver(at=at) if told else desk.run(at)
