"""A Stripe account shared with another product: events without an object of ours are ignored at the first try."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from apps.common.money import to_micros
from apps.payments.models import StripeCustomer, StripeEvent
from apps.tenants.models import Organization
from apps.wallets.selectors import wallet_figures
from local_stripe import money
from local_stripe.faults import Fault
from local_stripe.shapes import Body, shape
from tests.payments.desk import Desk
from tests.payments.test_top_ups import buy

REFUND = {
    "id": "re_neighbor1",
    "object": "refund",
    "amount": 999,
    "currency": "eur",
    "charge": "ch_neighbor1",
    "payment_intent": "pi_neighbor1",
    "status": "succeeded",
    "metadata": {},
    "livemode": False,
}
DISPUTE = shape("dispute", id="du_neighbor1", charge="ch_neighbor1", payment_intent="pi_neighbor1", status="lost")
INVOICE = shape("invoice", id="in_neighbor1", customer="cus_neighbor1", currency="eur", total=-500, status="paid")
SETUP = shape("checkout.session", id="cs_test_neighbor1", mode="setup", customer="cus_neighbor1", status="complete")
PAYMENT = shape(
    "invoice_payment", id="inpay_neighbor1", invoice="in_neighbor1", payment={"payment_intent": "pi_neighbor1"}
)
WARNING = shape("radar.early_fraud_warning", id="issfr_neighbor1", charge="ch_neighbor1")


NEIGHBORS = [
    ("refund.created", REFUND),
    ("refund.updated", {**REFUND, "payment_intent": None}),
    ("refund.failed", {**REFUND, "charge": None, "payment_intent": None}),
    ("refund.created", {**REFUND, "amount": None, "metadata": {"reference": "order-1", "n": "x" * 900}}),
    ("charge.dispute.created", DISPUTE),
    ("charge.dispute.closed", {**DISPUTE, "amount": -1, "currency": None}),
    ("radar.early_fraud_warning.created", WARNING),
    ("checkout.session.completed", SETUP),
    ("checkout.session.expired", {**SETUP, "metadata": {"reference": "checkout:42"}}),
    ("invoice.paid", INVOICE),
    ("invoice.finalized", {**INVOICE, "customer": {"id": "cus_neighbor1", "object": "customer"}}),
    ("invoice.overpaid", INVOICE),
    ("credit_note.created", {"object": "credit_note", "id": "cn_neighbor1", "customer": "cus_neighbor1"}),
    ("invoice_payment.paid", PAYMENT),
    ("charge.succeeded", {"object": "charge", "id": "ch_neighbor1", "amount": "much", "customer": 7}),
    ("charge.refunded", {"object": "charge", "id": "ch_neighbor1", "metadata": "none"}),
    ("payment_intent.succeeded", {"object": "payment_intent", "id": "pi_neighbor1", "parent": []}),
    ("payment_method.detached", {"object": "payment_method", "id": "pm_neighbor1", "customer": None}),
    ("customer.deleted", {"object": "customer", "id": "cus_neighbor1\u0000"}),
]


def happen(desk: Desk, kind: str, subject: Body, **fields: Any) -> StripeEvent:
    """Create an event at Stripe, deliver it, and let workers handle it once."""
    with desk.account.store.transaction():
        event = desk.account.emit(kind, subject)
    desk.post({**event, **fields})
    desk.delivered.add(event["id"])
    desk.run(desk.now)
    return StripeEvent.objects.get(event_id=event["id"])


class TestNeighbor:
    @pytest.mark.parametrize("fields", [{}, {"livemode": True}, {"account": "acct_1"}, {"api_version": "2020-08-27"}])
    def test_is_ignored_at_the_first_try(
        self, desk: Desk, acme: Organization, now: datetime, subtests: pytest.Subtests, fields: dict[str, Any]
    ) -> None:
        buy(acme, now)
        for number, (kind, subject) in enumerate(NEIGHBORS):
            with subtests.test(number=number, kind=kind):
                event = happen(desk, kind, subject, **fields)
                assert (event.state, event.attempts) == ("ignored", 0)
                assert event.error == "It is not about an object of ours"

    @pytest.mark.parametrize("fields", [{"livemode": True}, {"account": "acct_1"}])
    def test_of_another_mode_or_account_is_ignored_without_asking_stripe(
        self, desk: Desk, acme: Organization, fields: dict[str, Any]
    ) -> None:
        desk.local.faults.add(Fault("500_before", method="GET", times=9))
        assert happen(desk, "refund.created", REFUND, **fields).state == "ignored"

    def test_that_stripe_knows_by_a_payment_of_another_customer_is_ignored_too(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        buy(acme, now)
        with desk.account.store.transaction():
            other = desk.account.create("customer", metadata={})
            intent = money.open_intent(desk.account, 999, "eur", other["id"], {"reference": "order-1"})
            made = money.refund(desk.account, money.take(desk.account, intent), None, metadata={})
        assert happen(desk, "refund.created", made).state == "ignored"


class TestOurs:
    def test_refund_told_before_its_payment_waits_for_it(self, desk: Desk, acme: Organization, now: datetime) -> None:
        desk.press(buy(acme, now))
        desk.refund(1_000)
        for event in desk.events("refund.created"):
            desk.post(event)
        desk.run(now)
        assert StripeEvent.objects.get().state == "received"
        desk.deliver()
        assert wallet_figures(acme, now).balance_micros == to_micros("15")

    def test_dispute_that_names_the_charge_alone_is_known_by_what_stripe_says_of_it(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        desk.press(buy(acme, now))
        subject = {**desk.dispute(), "payment_intent": None}
        assert happen(desk, "charge.dispute.updated", subject).state == "received"

    def test_nothing_is_ignored_while_stripe_cannot_say_whose_it_is(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        desk.press(buy(acme, now))
        desk.refund(1_000)
        desk.local.faults.add(Fault("500_before", method="GET", path="/v1/payment_intents", times=3))
        for event in desk.events("refund.created"):
            desk.post(event)
        desk.run(now)
        assert StripeEvent.objects.get().state == "received"
        desk.deliver(at=now + timedelta(minutes=1))
        assert wallet_figures(acme, now).balance_micros == to_micros("15")

    @pytest.mark.parametrize("metadata", [{"organization": "{}"}, {"reference": "customer:{}"}])
    def test_is_what_names_a_customer_of_ours_in_its_metadata(
        self, desk: Desk, acme: Organization, now: datetime, metadata: dict[str, str]
    ) -> None:
        buy(acme, now)
        named = {name: text.format(acme.pk) for name, text in metadata.items()}
        assert happen(desk, "invoice.overpaid", {**INVOICE, "metadata": named}).state == "parked"

    def test_is_what_an_old_version_tells_of_a_customer_of_ours(
        self, desk: Desk, acme: Organization, now: datetime
    ) -> None:
        buy(acme, now)
        customer = StripeCustomer.objects.get().stripe_id
        event = happen(desk, "invoice.paid", {**INVOICE, "customer": customer}, api_version="2020-08-27")
        assert (event.state, event.error[:44]) == ("parked", "It is in API version 2020-08-27; set the end")
