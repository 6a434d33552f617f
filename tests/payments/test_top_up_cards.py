"""The card of automatic top-up: saved at Stripe, replaced, removed, expiring, and authenticated by the customer."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from apps.common.money import to_micros
from apps.demo.top_up import buy_credit, return_payments, switch_on_top_up
from apps.outbox.models import OutboxMessage
from apps.payments import services
from apps.payments.models import (
    CheckoutSession,
    Dispute,
    PaymentIssue,
    PayoutPart,
    Refund,
    StripePayment,
)
from apps.payments.services.automatic_top_ups import conclude, review_top_ups
from apps.payments.stripe_operations import fetch_intent
from apps.payments.top_up_links import confirmation_address
from apps.tenants.models import Organization
from apps.top_ups.declines import Refusal
from apps.top_ups.models import TopUp, TopUpAttempt
from apps.wallets.selectors import wallet_figures
from local_stripe import money
from local_stripe.methods import BankAnswer
from tests.factories import charge, create_grant
from tests.payments.desk import Desk
from tests.payments.test_automatic_top_ups import let_cards_end, notice_count, switch_on
from tests.payments.test_top_ups import buy
from tests.top_ups.factories import create_top_up

RUNNING_OUT = {"card_exp_year": 2026, "card_exp_month": 12}


def save_card(desk: Desk, organization: Organization, now: datetime, **fields: str) -> str:
    """Let the customer save a card on Stripe's page; return its id there."""
    url = services.save_card(organization=organization, request_key="k", created_by="user:u1", now=now)
    assert desk.press(url, **fields) == "https://billing.example/checkout/paid"
    desk.settle_all()
    return str(desk.take("payment_method")["id"])


class TestSaved:
    def test_on_stripes_page_and_told_apart_by_its_fingerprint(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        card = save_card(desk, acme, now)
        top_up = TopUp.objects.get()
        assert (top_up.is_enabled, top_up.payment_method_id) == (False, card)
        assert (top_up.card_brand, top_up.card_last4, top_up.card_fingerprint) == ("visa", "4242", "local42424242")
        assert top_up.customer_id == desk.take("customer")["id"]
        assert CheckoutSession.objects.get().state == "paid"
        assert not StripePayment.objects.exists()

    def test_while_paying_for_credit_if_there_is_none_that_works(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        desk.press(buy(acme, now))
        desk.settle_all()
        first = TopUp.objects.get().payment_method_id
        assert first == desk.take("payment_method")["id"]
        desk.press(buy(acme, now, key="k2"))
        desk.settle_all()
        assert desk.take("payment_method")["customer"] is None
        assert TopUp.objects.get().payment_method_id == first

    def test_another_one_ends_a_stop_and_is_charged_for_what_is_due(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        switch_on(desk, acme, now)
        let_cards_end(desk, BankAnswer.LOST)
        create_grant(acme, "30", now)
        charge(acme, "10", now)
        desk.settle_all()
        assert TopUp.objects.get().stopped_reason == "lost_card"
        save_card(desk, acme, now)
        assert TopUp.objects.get().stopped_reason == ""
        assert wallet_figures(acme, now).balance_micros == to_micros("70")


def test_credit_that_is_paid_for_by_hand_ends_the_wait_after_a_decline(
    desk: Desk, acme: Organization, now: datetime
) -> None:
    switch_on(desk, acme, now)
    let_cards_end(desk, BankAnswer.NO_FUNDS)
    create_grant(acme, "30", now)
    saves_nothing = buy(acme, now)
    charge(acme, "10", now)
    desk.settle_all()
    top_up = TopUp.objects.get()
    assert top_up.retry_at == now + timedelta(hours=1)
    desk.press(saves_nothing)
    desk.settle_all()
    assert (TopUp.objects.get().retry_at, TopUp.objects.get().payment_method_id) == (None, top_up.payment_method_id)


@pytest.mark.parametrize("saved", [False, True])
def test_what_was_paid_before_a_dispute_does_not_end_its_stop(
    desk: Desk, acme: Organization, now: datetime, clock: Any, saved: bool
) -> None:
    switch_on(desk, acme, now)
    create_grant(acme, "30", now)
    page = buy(acme, now)
    charge(acme, "10", now)
    desk.settle_all()
    if saved:  # the purchase saves its card, since there is none that works
        desk.detach()
        page = services.save_card(organization=acme, request_key="s", created_by="user:u1", now=now)
        TopUp.objects.update(stopped_reason="", stopped_at=None)
    disputed_intent = desk.take("payment_intent")
    desk.press(page)
    paid, seen = [each for each in desk.events() if each["id"] not in desk.delivered], set(desk.delivered)
    desk.delivered |= {each["id"] for each in paid}
    desk.now = now + timedelta(minutes=1)
    clock.move_to(desk.now)
    with desk.account.store.transaction():
        money.dispute(desk.account, desk.account.get("charge", disputed_intent["latest_charge"]))
    desk.settle_all()
    assert TopUp.objects.get().stopped_reason == "disputed"
    desk.delivered = seen
    desk.settle_all()
    assert TopUp.objects.get().stopped_reason == "disputed"


def test_the_demo_has_a_saved_card_and_automatic_top_up(desk: Desk, acme: Organization, now: datetime) -> None:
    for _ in range(2):
        switch_on_top_up(now=now)
    top_up = TopUp.objects.get()
    assert (top_up.is_enabled, top_up.card_last4, top_up.consented_by) == (True, "4242", "user:user_demo")
    for _ in range(2):
        buy_credit(now=now)
    desk.settle_all()
    part = PayoutPart.objects.get()
    assert (part.organization, part.amount_micros) == (acme, to_micros("98.25")), "less Stripe's fee"


def test_the_demo_has_a_refund_and_disputes_won_lost_and_open(desk: Desk, acme: Organization, now: datetime) -> None:
    for _ in range(2):
        return_payments(organization=acme, now=now)
    desk.settle_all()
    assert StripePayment.objects.count() == 4
    assert Refund.objects.get().amount_micros == to_micros("50")
    assert sorted(Dispute.objects.values_list("status", flat=True)) == ["lost", "needs_response", "won"]
    assert wallet_figures(acme, now).balance_micros == to_micros("250"), "all but half and the lost one"


class TestRemoved:
    def test_at_stripe_stops_and_tells(self, desk: Desk, acme: Organization, now: datetime) -> None:
        switch_on(desk, acme, now)
        desk.detach()
        desk.settle_all()
        top_up = TopUp.objects.get()
        assert (top_up.payment_method_id, top_up.card_last4, top_up.stopped_reason) == ("", "", "card_gone")
        assert notice_count("top_up.stopped") == 1

    def test_with_its_customer(self, desk: Desk, acme: Organization, now: datetime) -> None:
        switch_on(desk, acme, now)
        with desk.account.store.transaction():
            desk.account.emit("customer.deleted", desk.take("customer"))
        desk.settle_all()
        assert TopUp.objects.get().payment_method_id == ""


class TestExpiring:
    @pytest.mark.parametrize(
        ("day", "times"), [("2026-12-01", 0), ("2026-12-02", 1), ("2026-12-31", 1), ("2027-01-01", 0)]
    )
    def test_in_thirty_days_is_told_once(self, acme: Organization, now: datetime, day: str, times: int) -> None:
        create_top_up(acme, now, **RUNNING_OUT)
        for hour in (7, 8):
            services.notify_expiring_cards(now=datetime.fromisoformat(f"{day}T0{hour}:25:00+00:00"))
        assert notice_count("card.expires_soon") == times

    def test_is_not_told_once_the_bank_has_replaced_it(self, desk: Desk, acme: Organization, now: datetime) -> None:
        switch_on(desk, acme, now)
        TopUp.objects.update(**RUNNING_OUT)
        with desk.account.store.transaction():
            desk.account.emit("payment_method.automatically_updated", desk.take("payment_method"))
        desk.settle_all()
        assert services.notify_expiring_cards(now=datetime.fromisoformat("2026-12-15T07:25:00+00:00")) == 0
        assert TopUp.objects.get().card_exp_year == desk.take("payment_method")["card"]["exp_year"]


class TestAuthentication:
    """The bank wants the customer to authenticate a charge."""

    @pytest.fixture
    def asked(self, desk: Desk, acme: Organization, now: datetime) -> TopUpAttempt:
        switch_on(desk, acme, now)
        let_cards_end(desk, BankAnswer.ASKS)
        create_grant(acme, "30", now)
        charge(acme, "10", now)
        desk.settle_all()
        return TopUpAttempt.objects.get()

    def test_is_asked_for_once_with_a_link_for_a_day(self, asked: TopUpAttempt, now: datetime) -> None:
        assert (asked.state, asked.action_until) == ("action_required", now + timedelta(hours=24))
        message = OutboxMessage.objects.get(arguments__notice="top_up.action_required")
        assert confirmation_address(asked.pk) in message.arguments["data"]
        assert TopUp.objects.get().stopped_reason == ""

    def test_through_the_link_brings_the_credit_once(
        self, desk: Desk, acme: Organization, asked: TopUpAttempt, now: datetime
    ) -> None:
        link = confirmation_address(asked.pk)
        first, second = Client().get(link), Client().get(link)
        assert (first.status_code, first["Location"]) == (302, second["Location"])
        desk.press(first["Location"])
        desk.settle_all()
        asked.refresh_from_db()
        assert asked.state == "succeeded"
        assert wallet_figures(acme, now).balance_micros == to_micros("70")
        payment = StripePayment.objects.get()
        assert (payment.key, payment.payment_intent_id) == (asked.reference, asked.payment_intent_id)
        assert payment.charge_id
        assert (CheckoutSession.objects.get().state, notice_count("top_up.succeeded")) == ("paid", 1)
        late = Client().get(link)
        assert "nothing to confirm" in late.content.decode()

    def test_that_is_not_given_in_a_day_stops(
        self, desk: Desk, acme: Organization, asked: TopUpAttempt, now: datetime, clock: Any
    ) -> None:
        page = Client().get(confirmation_address(asked.pk))["Location"]
        desk.now = now + timedelta(hours=24)
        clock.move_to(desk.now)
        review_top_ups(now=desk.now)
        desk.settle_all()
        asked.refresh_from_db()
        assert (asked.state, TopUp.objects.get().stopped_reason) == ("canceled", "not_authenticated")
        assert (notice_count("top_up.stopped"), desk.press(page)) == (1, "")
        assert "nothing to confirm" in Client().get(confirmation_address(asked.pk)).content.decode()

    def test_of_another_card_is_not_waited_for(
        self, desk: Desk, acme: Organization, asked: TopUpAttempt, now: datetime
    ) -> None:
        save_card(desk, acme, now, card="4000002500003155")
        desk.settle_all()
        states = TopUpAttempt.objects.order_by("created_at", "state").values_list("state", flat=True)
        assert sorted(states) == ["canceled", "succeeded"]
        assert TopUp.objects.get().stopped_reason == ""

    def test_is_not_waited_for_once_it_is_switched_off(
        self, desk: Desk, acme: Organization, asked: TopUpAttempt, now: datetime
    ) -> None:
        page = Client().get(confirmation_address(asked.pk))["Location"]
        services.switch_off_top_up(organization=acme, by="user:u1", now=now)
        assert "nothing to confirm" in Client().get(confirmation_address(asked.pk)).content.decode()
        desk.settle_all()
        asked.refresh_from_db()
        assert (asked.state, desk.press(page), notice_count("top_up.stopped")) == ("canceled", "", 0)

    def test_a_link_that_we_did_not_sign_is_unknown(self, acme: Organization) -> None:
        answer = Client().get("/top-ups/confirm/x:y")
        assert (answer.status_code, "This link does not work" in answer.content.decode()) == (404, True)


def test_a_second_payment_of_one_attempt_is_kept_for_staff(desk: Desk, acme: Organization, now: datetime) -> None:
    switch_on(desk, acme, now)
    create_grant(acme, "30", now)
    charge(acme, "10", now)
    desk.settle_all()
    attempt = TopUpAttempt.objects.get()
    TopUp.objects.update(is_enabled=False)
    desk.press(buy(acme, now, amount=5_000))
    again = fetch_intent(desk.take("payment_intent")["id"])
    for _ in range(2):
        conclude(attempt_id=attempt.pk, facts=again, refusal=Refusal(), now=now)
    assert wallet_figures(acme, now).balance_micros == to_micros("70")
    assert PaymentIssue.objects.get(resolved_at=None).kind == "unapplied"


def test_the_money_of_an_attempt_that_a_restored_backup_lacks_is_kept_for_staff(
    desk: Desk, acme: Organization, now: datetime
) -> None:
    top_up = switch_on(desk, acme, now)
    create_grant(acme, "30", now)
    about = {"reference": f"top-up-attempt:{uuid4()}", "organization": str(acme.pk)}
    with desk.account.store.transaction():
        intent = money.open_intent(desk.account, 5_000, "usd", top_up.customer_id, about)
        money.take(desk.account, desk.account.change(intent, payment_method=top_up.payment_method_id))
    desk.settle_all()
    assert PaymentIssue.objects.get(resolved_at=None).kind == "unapplied"
    assert StripePayment.objects.get().unapplied_micros == to_micros("50")
