"""Buying credit: one session and one grant, for any number and order of events."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from apps.common.money import to_micros
from apps.payments import services
from apps.payments.errors import AmountNotPayable, AmountOutOfRange, RequestKeyReused, WrongCurrency
from apps.payments.models import CheckoutSession, PaymentIssue, StripeEvent, StripePayment
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.selectors import account_balances, wallet_figures
from apps.webhooks.models import WebhookEvent
from local_stripe import endpoints
from local_stripe.errors import StripeFault
from tests.factories import create_organization
from tests.payments.desk import Desk


def buy(organization: Organization, now: datetime, amount: int = 2_500, key: str = "k1", **fields: Any) -> str:
    fields = {"currency": None, "created_by": "user:u1"} | fields
    return services.start_top_up(organization=organization, amount=amount, request_key=key, now=now, **fields)


class TestTopUp:
    def test_grants_what_was_paid_once_it_is_paid(self, desk: Desk, acme: Organization, now: datetime) -> None:
        url = buy(acme, now)
        assert len(url) > 400
        assert wallet_figures(acme, now).balance_micros == 0
        assert desk.press(url) == "https://billing.example/checkout/paid"
        desk.deliver()
        assert wallet_figures(acme, now).top_up_micros == to_micros("25")
        assert account_balances(acme)[Role.CASH] == -to_micros("25")
        assert set(StripeEvent.objects.exclude(state="ignored").values_list("state", flat=True)) == {"handled"}
        payment = StripePayment.objects.get()
        assert payment.charge_id.startswith("ch_")
        assert payment.payment_intent_id
        assert CheckoutSession.objects.get().state == "paid"

    def test_the_same_key_is_the_same_session(self, desk: Desk, acme: Organization, now: datetime) -> None:
        assert buy(acme, now) == buy(acme, now)
        assert len(desk.account.store.all("checkout.session")) == 1
        with pytest.raises(RequestKeyReused):
            buy(acme, now, amount=2_600)

    def test_two_tabs_are_two_sessions_each_credited(self, desk: Desk, acme: Organization, now: datetime) -> None:
        for key in ("k1", "k2"):
            desk.press(buy(acme, now, key=key))
        desk.deliver()
        assert wallet_figures(acme, now).top_up_micros == to_micros("50")

    @pytest.mark.parametrize("amount", [0, -1, 99, 10_000_001])
    def test_refuses_amounts_out_of_range(self, desk: Desk, acme: Organization, now: datetime, amount: int) -> None:
        with pytest.raises(AmountOutOfRange) as refused:
            buy(acme, now, amount=amount)
        assert refused.value.field == "body.amount"
        assert desk.account.store.all("customer") == []

    @pytest.mark.parametrize(("currency", "amount"), [("UGX", 50_010), ("ISK", 50_001), ("KWD", 2_505)])
    def test_refuses_an_amount_that_nobody_could_pay(
        self, desk: Desk, db: None, now: datetime, currency: str, amount: int
    ) -> None:
        customer = create_organization(now, "payer", currency=currency)
        with pytest.raises(AmountNotPayable) as refused:
            buy(customer, now, amount=amount)
        assert refused.value.field == "body.amount"
        assert desk.account.store.all("customer") == []

    @pytest.mark.parametrize(
        ("currency", "amount", "credit"), [("UGX", 50_000, "500"), ("ISK", 50_000, "500"), ("KWD", 2_500, "2.5")]
    )
    def test_counts_each_currency_as_stripe_does(
        self, desk: Desk, db: None, now: datetime, currency: str, amount: int, credit: str
    ) -> None:
        customer = create_organization(now, "payer", currency=currency)
        desk.press(buy(customer, now, amount=amount))
        desk.deliver()
        assert wallet_figures(customer, now).top_up_micros == to_micros(credit)

    @pytest.mark.parametrize(("currency", "amount"), [("ugx", 501), ("isk", 550), ("kwd", 1_234)])
    def test_the_local_stripe_refuses_what_nobody_could_pay(self, desk: Desk, currency: str, amount: int) -> None:
        price = {"currency": currency, "unit_amount": str(amount), "product_data": {"name": "Credit"}}
        with pytest.raises(StripeFault, match="Invalid amount"):
            endpoints.dispatch(
                desk.account,
                "POST",
                "/v1/checkout/sessions",
                {"mode": "payment", "line_items": [{"price_data": price}], "success_url": "https://a.example"},
            )

    def test_refuses_another_currency(self, desk: Desk, acme: Organization, now: datetime) -> None:
        with pytest.raises(WrongCurrency):
            buy(acme, now, currency="EUR")
        buy(acme, now, currency="usd")

    def test_promised_money_is_granted_when_it_arrives(self, desk: Desk, acme: Organization, now: datetime) -> None:
        desk.press(buy(acme, now), "later")
        desk.deliver()
        assert wallet_figures(acme, now).balance_micros == 0
        assert CheckoutSession.objects.get().state == "processing"
        desk.settle_later(arrives=True)
        desk.deliver()
        assert wallet_figures(acme, now).balance_micros == to_micros("25")

    def test_promised_money_that_fails_grants_nothing_and_is_shown(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        desk.press(buy(acme, now), "later")
        desk.settle_later(arrives=False)
        desk.deliver()
        assert wallet_figures(acme, now).balance_micros == 0
        assert CheckoutSession.objects.get().state == "failed"
        assert PaymentIssue.objects.get().kind == "payment_failed"

    def test_a_declined_card_leaves_the_session_open(self, desk: Desk, acme: Organization, now: datetime) -> None:
        url = buy(acme, now)
        desk.press(url, "decline")
        desk.deliver()
        session = CheckoutSession.objects.get()
        assert (session.state, session.last_failure) == ("open", "Your card was declined.")
        desk.press(url)
        desk.deliver()
        assert wallet_figures(acme, now).balance_micros == to_micros("25")

    def test_a_session_that_ran_out_is_closed(self, desk: Desk, acme: Organization, now: datetime, clock: Any) -> None:
        url = buy(acme, now)
        clock.move_to(now + timedelta(hours=24))
        desk.now = now + timedelta(hours=24)
        desk.press(url)
        desk.deliver()
        assert CheckoutSession.objects.get().state == "expired"

    def test_yen_have_no_cents(self, desk: Desk, now: datetime, db: None) -> None:
        from tests.factories import create_organization

        kabuki = create_organization(now, "kabuki", currency="JPY")
        desk.press(buy(kabuki, now, amount=5_000))
        desk.deliver()
        assert wallet_figures(kabuki, now).balance_micros == to_micros("5000")


def test_a_settled_payment_is_told_once(desk: Desk, acme: Organization, now: datetime, deliver_outbox: Any) -> None:
    desk.press(buy(acme, now))
    desk.deliver()
    desk.deliver()
    deliver_outbox(now)
    event = WebhookEvent.objects.get(type="payment.settled")
    assert f'"data":{{"id":"{StripePayment.objects.get().pk}","version":1,"kind":"top_up","amount":25,' in event.body
