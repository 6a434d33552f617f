"""Events in any order and number give the same books; lost ones are swept, failing ones parked and replayed."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Model

from apps.common.money import to_micros
from apps.payments import services
from apps.payments.handlers import dispatch, event_backfill
from apps.payments.models import CheckoutSession, PaymentIssue, StripeCustomer, StripeEvent, StripePayment
from apps.payments.services.customers import ensure_customer
from apps.payments.services.inbox import requeue_stuck
from apps.payments.webhook_body import read_delivery
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.models import Grant
from apps.wallets.selectors import account_balances, wallet_figures
from local_stripe.deliveries import encode
from tests.payments.desk import Desk
from tests.payments.test_top_ups import buy


def store(event: dict[str, Any], now: datetime) -> None:
    services.store_event(delivery=read_delivery(encode(event)), now=now)


def apply(events: tuple[dict[str, Any], ...], now: datetime) -> None:
    """Apply events in this order, then those that had to wait."""
    for event in events:
        dispatch.handle_event(event_id=event["id"], now=now)
    for event in events:
        dispatch.handle_event(event_id=event["id"], now=now)


def books(organization: Organization, now: datetime) -> tuple[Any, ...]:
    payments = StripePayment.objects.values_list("payment_intent_id", "charge_id", "refunded_micros", "disputed_micros")
    figures = wallet_figures(organization, now)
    return (
        account_balances(organization),
        figures.balance_micros,
        figures.held_micros,
        list(payments),
        list(CheckoutSession.objects.values_list("state", flat=True)),
        Grant.objects.count(),
    )


def outcomes(
    events: list[dict[str, Any]], organization: Organization, now: datetime, every: int
) -> list[tuple[Any, ...]]:
    """Return the books after every n-th order of the events, each from the same start."""
    found = []
    for order in list(permutations(events))[::every]:
        point = transaction.savepoint()
        apply(order, now)
        found.append(books(organization, now))
        transaction.savepoint_rollback(point)
    return found


@pytest.mark.parametrize("every", [73, pytest.param(1, marks=pytest.mark.long)])
class TestAnyOrder:
    def test_of_a_delayed_checkout(self, desk: Desk, acme: Organization, now: datetime, every: int) -> None:
        desk.press(buy(acme, now), "later")
        desk.settle_later(arrives=True)
        types = ["checkout.session.completed", "payment_intent.processing", "payment_intent.succeeded"]
        events = desk.events(*types, "charge.succeeded", "checkout.session.async_payment_succeeded", "charge.pending")
        assert len(events) == 6
        for event in events:
            store(event, now)
        found = outcomes(events, acme, now, every)
        assert len(found) == -(-720 // every)
        assert all(books == found[0] for books in found)
        assert found[0][1] == to_micros("25")

    def test_of_a_payment_refunded_and_disputed(
        self, desk: Desk, acme: Organization, now: datetime, every: int
    ) -> None:
        desk.press(buy(acme, now))
        desk.refund(1_000)
        made = desk.dispute()
        desk.close_dispute(made, "lost")
        types = ["checkout.session.completed", "charge.succeeded", "refund.created", "charge.dispute.created"]
        events = desk.events(*types, "charge.dispute.funds_withdrawn", "charge.dispute.closed")
        assert len(events) == 6
        for event in events:
            store(event, now)
        found = outcomes(events, acme, now, every)
        assert len(found) == -(-720 // every)
        assert all(books == found[0] for books in found)
        assert (found[0][1], found[0][2]) == (0, 0)


class TestLost:
    @pytest.mark.long
    def test_500_events_to_a_dead_receiver_are_swept(self, desk: Desk, acme: Organization, now: datetime) -> None:
        for number in range(125):
            desk.press(buy(acme, now, amount=100 + number, key=f"k{number}"))
        assert len(desk.events()) > 500
        event_backfill.sweep_events(now=now)
        desk.run(now)
        expected = sum(100 + number for number in range(125)) * 10_000
        assert wallet_figures(acme, now).balance_micros == expected
        assert event_backfill.sweep_events(now=now).missing == 0
        desk.deliver()
        assert wallet_figures(acme, now).balance_micros == expected

    def test_messages_are_asked_for_again(self, desk: Desk, acme: Organization, now: datetime) -> None:
        desk.press(buy(acme, now))
        for event in desk.events("checkout.session.completed"):
            store(event, now)
        from apps.outbox.models import OutboxMessage

        OutboxMessage.objects.all().delete()
        assert requeue_stuck(now=now) == 0
        later = now + timedelta(minutes=6)
        assert requeue_stuck(now=later) == 1
        desk.run(later)
        assert wallet_figures(acme, now).balance_micros == to_micros("25")

    @pytest.mark.parametrize("lost", [(CheckoutSession,), (CheckoutSession, StripeCustomer)])
    def test_a_restored_backup_learns_again_what_stripe_knows(
        self, desk: Desk, acme: Organization, now: datetime, lost: tuple[type[Model], ...]
    ) -> None:
        for key in ("k1", "k2"):
            desk.press(buy(acme, now, key=key))
        for model in lost:
            model._default_manager.all().delete()
        event_backfill.sweep_events(now=now)
        desk.run(now)
        assert wallet_figures(acme, now).balance_micros == to_micros("50")
        assert StripeCustomer.objects.filter(organization=acme, deleted_at=None).count() == 1


class TestRefusing:
    def tamper(self, desk: Desk, acme: Organization, now: datetime, **changes: Any) -> StripeEvent:
        desk.press(buy(acme, now))
        event = desk.events("checkout.session.completed")[0]
        event["data"]["object"].update(changes)
        desk.post(event)
        desk.run(now)
        return StripeEvent.objects.get()

    @pytest.mark.parametrize(
        "changes",
        [
            {"customer": "cus_other"},
            {"metadata": {"reference": "", "organization": "5b0cdb2e-0000-4000-8000-000000000000"}},
        ],
    )
    def test_what_is_unlike_our_row_brings_nothing_and_what_came_is_kept(
        self, desk: Desk, acme: Organization, now: datetime, changes: dict[str, Any]
    ) -> None:
        assert self.tamper(desk, acme, now, **changes).state == "handled"
        assert wallet_figures(acme, now).balance_micros == 0
        assert account_balances(acme)[Role.UNAPPLIED] == to_micros("25")
        assert account_balances(acme)[Role.CASH] == -to_micros("25")
        issue = PaymentIssue.objects.get()
        assert (issue.kind, issue.organization, issue.actual_micros) == ("unapplied", acme, to_micros("25"))

    def test_unpaid_is_not_paid(self, desk: Desk, acme: Organization, now: datetime) -> None:
        assert self.tamper(desk, acme, now, payment_status="unpaid").state == "handled"
        assert wallet_figures(acme, now).balance_micros == 0

    def test_another_accounts_session_is_none_of_ours(self, desk: Desk, acme: Organization, now: datetime) -> None:
        desk.press(buy(acme, now))
        event = desk.events("checkout.session.completed")[0]
        event["data"]["object"] |= {"id": "cs_test_other", "metadata": {}, "client_reference_id": str(acme.pk)}
        desk.post(event)
        desk.run(now)
        assert StripeEvent.objects.get().state == "ignored"
        assert wallet_figures(acme, now).balance_micros == 0


class TestParking:
    def fail(self, *_: Any) -> None:
        raise ValueError("broken rule")

    def test_after_some_tries_the_others_go_on_and_staff_replay(
        self, desk: Desk, acme: Organization, now: datetime, monkeypatch: pytest.MonkeyPatch, settings: Any
    ) -> None:
        from apps.payments.handlers import HANDLERS, Handler
        from apps.payments.stripe_objects import IntentFacts

        settings.STRIPE_EVENT_MAX_ATTEMPTS = 4
        broken = Handler(IntentFacts.read, self.fail)
        monkeypatch.setitem(HANDLERS, "payment_intent.succeeded", broken)
        desk.press(buy(acme, now))
        desk.deliver()
        for hours in range(1, 8):
            desk.run(now + timedelta(hours=hours))
        assert wallet_figures(acme, now).balance_micros == to_micros("25")
        parked = StripeEvent.objects.get(state="parked")
        assert (parked.type, parked.attempts, parked.error) == (
            "payment_intent.succeeded",
            4,
            "ValueError: broken rule",
        )
        monkeypatch.undo()
        assert services.replay_parked(by="staff:ann", now=now) == 1
        desk.run(now)
        assert not StripeEvent.objects.filter(state="parked").exists()

    def test_staff_close_what_they_saw_to(self, desk: Desk, acme: Organization, now: datetime) -> None:
        customer = ensure_customer(organization=acme, now=now)
        with desk.account.store.transaction():
            invoice = {"object": "invoice", "id": "in_1", "customer": customer}
            desk.account.emit("invoice.finalized", invoice)
        desk.deliver()
        event = StripeEvent.objects.get(type="invoice.finalized")
        assert event.state == "parked"
        services.dismiss_event(event_id=event.event_id, reason="Sent back by bank", by="staff:ann", now=now)
        event.refresh_from_db()
        assert (event.state, event.note) == ("handled", "staff:ann: Sent back by bank")
