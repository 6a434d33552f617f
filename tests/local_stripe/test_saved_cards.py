"""A card is saved on a page and charged later, automatically or on request, without the payer."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe
import time_machine

from local_stripe.collection import collect_due
from local_stripe.server import LocalStripe
from tests.local_stripe.conftest import event_types, invoice_over, session_params, subscription_params

USUAL, ASKS, EMPTY = "4242424242424242", "4000002760003184", "4000000000009995"
REFUSED, SAVED_AND_REFUSED = "4000000000000002", "4000000000000341"


@pytest.fixture
def customer(v1: Any) -> str:
    return str(v1.customers.create({"name": "Acme"}).id)


def save(v1: Any, press: Any, customer: str, number: str = USUAL) -> Any:
    """Save a card by a setup session, and make it the default."""
    wanted = {"mode": "setup", "currency": "usd", "customer": customer, "success_url": "https://billing.example/saved"}
    session = v1.checkout.sessions.create(wanted)
    assert press(session.url, "pay", card=number)[:2] == (303, "https://billing.example/saved")
    intent = v1.checkout.sessions.retrieve(session.id, {"expand": ["setup_intent"]}).setup_intent
    settings = {"invoice_settings": {"default_payment_method": intent.payment_method}}
    v1.customers.update(customer, settings)
    return v1.payment_methods.retrieve(intent.payment_method)


class TestSetupSession:
    def test_saves_a_card_and_takes_nothing(self, v1: Any, press: Any, customer: str) -> None:
        method = save(v1, press, customer)
        assert (method.customer, method.card.last4) == (customer, "4242")
        session = v1.checkout.sessions.list().data[0]
        assert (session.mode, session.status, session.payment_status) == ("setup", "complete", "no_payment_required")
        assert (session.amount_total, session.payment_intent) == (None, None)
        assert {"payment_method.attached", "setup_intent.succeeded", "checkout.session.completed"} <= set(
            event_types(v1)
        )

    def test_stays_open_where_the_bank_refuses(self, v1: Any, press: Any, customer: str) -> None:
        wanted = {"mode": "setup", "currency": "usd", "customer": customer, "success_url": "https://billing.example/"}
        session = v1.checkout.sessions.create(wanted)
        status, _, page = press(session.url, "pay", card=REFUSED)
        assert (status, "Your card was declined." in page) == (200, True)
        assert v1.checkout.sessions.retrieve(session.id).status == "open"
        assert v1.customers.payment_methods.list(customer).data == []
        assert "setup_intent.setup_failed" in event_types(v1)

    @pytest.mark.parametrize(
        ("changes", "param"),
        [
            ({"currency": None}, "currency"),
            ({"line_items": session_params()["line_items"]}, "line_items"),
            ({"payment_intent_data": {"metadata": {"a": "b"}}}, "payment_intent_data"),
        ],
    )
    def test_takes_no_items_and_needs_a_currency(self, v1: Any, changes: dict[str, Any], param: str) -> None:
        wanted = {"mode": "setup", "currency": "usd", "success_url": "https://billing.example/", **changes}
        with pytest.raises(stripe.InvalidRequestError) as refused:
            v1.checkout.sessions.create({name: value for name, value in wanted.items() if value is not None})
        assert refused.value.param == param


class TestPaymentSession:
    def test_saves_the_card_where_that_is_asked_for(self, v1: Any, press: Any, customer: str) -> None:
        later = {"setup_future_usage": "off_session", "metadata": {"reference": "checkout:1"}}
        session = v1.checkout.sessions.create(session_params(customer=customer, payment_intent_data=later))
        press(session.url, "pay")
        (method,) = v1.customers.payment_methods.list(customer).data
        intent = v1.payment_intents.list().data[0]
        assert (intent.payment_method, intent.setup_future_usage) == (method.id, "off_session")
        assert intent.metadata["reference"] == "checkout:1"

    def test_saves_nothing_otherwise(self, v1: Any, press: Any, customer: str) -> None:
        press(v1.checkout.sessions.create(session_params(customer=customer)).url, "pay")
        assert v1.customers.payment_methods.list(customer).data == []

    def test_refuses_a_card_without_funds(self, v1: Any, press: Any) -> None:
        session = v1.checkout.sessions.create(session_params())
        assert press(session.url, "pay", card=EMPTY)[0] == 200
        intent = v1.payment_intents.list().data[0]
        error = intent.last_payment_error
        assert (intent.status, error.code, error.decline_code) == (
            "requires_payment_method",
            "card_declined",
            "insufficient_funds",
        )

    def test_of_a_subscription_keeps_the_card_for_it(self, v1: Any, press: Any) -> None:
        press(v1.checkout.sessions.create(subscription_params(v1)).url, "pay")
        subscription = v1.subscriptions.list().data[0]
        assert v1.payment_methods.retrieve(subscription.default_payment_method).customer == subscription.customer


class TestAutomaticCharge:
    def test_follows_the_finalized_invoice(self, v1: Any, press: Any, customer: str) -> None:
        method = save(v1, press, customer)
        draft = invoice_over(v1, 10_000, customer)
        assert v1.invoices.finalize_invoice(draft.id, {"auto_advance": True}).status == "open"
        invoice = v1.invoices.retrieve(draft.id, {"expand": ["payments.data.payment.payment_intent"]})
        (payment,) = invoice.payments.data
        assert (invoice.status, payment.status, payment.amount_paid) == ("paid", "paid", 10_000)
        assert payment.payment.payment_intent.payment_method == method.id
        assert {"invoice.paid", "invoice.payment_succeeded", "payment_intent.succeeded"} <= set(event_types(v1))

    def test_does_not_happen_without_auto_advance(self, v1: Any, press: Any, customer: str) -> None:
        save(v1, press, customer)
        draft = invoice_over(v1, 10_000, customer)
        v1.invoices.finalize_invoice(draft.id)
        assert (v1.invoices.retrieve(draft.id).status, v1.payment_intents.list().data) == ("open", [])

    def test_takes_the_invoices_own_method_first(self, v1: Any, press: Any, customer: str) -> None:
        own = save(v1, press, customer)
        save(v1, press, customer, SAVED_AND_REFUSED)
        draft = invoice_over(v1, 10_000, customer, default_payment_method=own.id)
        v1.invoices.finalize_invoice(draft.id, {"auto_advance": True})
        assert v1.invoices.retrieve(draft.id).status == "paid"

    @pytest.mark.parametrize(
        ("number", "status", "event"),
        [
            (SAVED_AND_REFUSED, "requires_payment_method", "payment_intent.payment_failed"),
            (ASKS, "requires_action", "invoice.payment_action_required"),
        ],
    )
    def test_that_fails_leaves_the_invoice_open(
        self, v1: Any, press: Any, customer: str, number: str, status: str, event: str
    ) -> None:
        save(v1, press, customer, number)
        draft = invoice_over(v1, 10_000, customer)
        v1.invoices.finalize_invoice(draft.id, {"auto_advance": True})
        invoice = v1.invoices.retrieve(draft.id)
        assert (invoice.status, invoice.attempt_count, invoice.amount_remaining) == ("open", 1, 10_000)
        assert v1.payment_intents.list().data[0].status == status
        assert {"invoice.payment_failed", event} <= set(event_types(v1))
        assert "invoice.paid" not in event_types(v1)

    def test_that_asked_for_the_payer_is_finished_at_the_invoices_page(
        self, v1: Any, press: Any, customer: str
    ) -> None:
        save(v1, press, customer, ASKS)
        draft = invoice_over(v1, 10_000, customer)
        v1.invoices.finalize_invoice(draft.id, {"auto_advance": True})
        press(v1.invoices.retrieve(draft.id).hosted_invoice_url, "pay")
        (intent,) = v1.payment_intents.list().data
        assert (v1.invoices.retrieve(draft.id).status, intent.status) == ("paid", "succeeded")

    def test_without_a_saved_method_fails_too(self, v1: Any, customer: str) -> None:
        draft = invoice_over(v1, 10_000, customer)
        v1.invoices.finalize_invoice(draft.id, {"auto_advance": True})
        assert v1.invoices.retrieve(draft.id).status == "open"
        assert "invoice.payment_failed" in event_types(v1)


class TestRetry:
    @pytest.fixture
    def traveler(self) -> Iterator[Any]:
        with time_machine.travel(datetime(2026, 11, 18, 12, tzinfo=UTC), tick=False) as traveler:
            yield traveler

    def test_comes_after_some_days_with_the_same_intent(
        self, traveler: Any, local: LocalStripe, v1: Any, press: Any, customer: str
    ) -> None:
        method = save(v1, press, customer, SAVED_AND_REFUSED)
        draft = invoice_over(v1, 10_000, customer)
        v1.invoices.finalize_invoice(draft.id, {"auto_advance": True})
        again = v1.invoices.retrieve(draft.id).next_payment_attempt
        assert datetime.fromtimestamp(again, UTC) == datetime(2026, 11, 21, 12, tzinfo=UTC)
        press(f"{local.url}/do/{method.id}", "works")
        for days, status in ((2, "open"), (3, "paid")):
            traveler.move_to(datetime(2026, 11, 18, 12, tzinfo=UTC) + timedelta(days=days))
            collect_due(local.account)
            assert v1.invoices.retrieve(draft.id).status == status
        assert len(v1.payment_intents.list().data) == 1

    def test_ends_after_three(self, traveler: Any, local: LocalStripe, v1: Any, press: Any, customer: str) -> None:
        save(v1, press, customer, SAVED_AND_REFUSED)
        draft = invoice_over(v1, 10_000, customer)
        v1.invoices.finalize_invoice(draft.id, {"auto_advance": True})
        for day in range(60):
            traveler.move_to(datetime(2026, 11, 18, 12, tzinfo=UTC) + timedelta(days=day))
            collect_due(local.account)
        invoice = v1.invoices.retrieve(draft.id)
        assert (invoice.status, invoice.attempt_count, invoice.next_payment_attempt) == ("open", 4, None)

    def test_a_draft_that_advances_is_finalized_after_an_hour(
        self, traveler: Any, local: LocalStripe, v1: Any, press: Any, customer: str
    ) -> None:
        save(v1, press, customer)
        draft = invoice_over(v1, 10_000, customer, auto_advance=True)
        for minutes, status in ((59, "draft"), (60, "paid")):
            traveler.move_to(datetime(2026, 11, 18, 12, tzinfo=UTC) + timedelta(minutes=minutes))
            collect_due(local.account)
            assert v1.invoices.retrieve(draft.id).status == status


class TestPayOnRequest:
    def test_charges_the_default_method(self, v1: Any, press: Any, customer: str) -> None:
        save(v1, press, customer)
        draft = invoice_over(v1, 10_000, customer)
        v1.invoices.finalize_invoice(draft.id)
        assert v1.invoices.pay(draft.id).status == "paid"

    @pytest.mark.parametrize(
        ("number", "code"),
        [(SAVED_AND_REFUSED, "card_declined"), (ASKS, "invoice_payment_intent_requires_action")],
    )
    def test_that_is_refused_is_402_and_has_happened(
        self, v1: Any, press: Any, customer: str, number: str, code: str
    ) -> None:
        save(v1, press, customer, number)
        draft = invoice_over(v1, 10_000, customer)
        v1.invoices.finalize_invoice(draft.id)
        for _ in range(2):
            with pytest.raises(stripe.CardError) as refused:
                v1.invoices.pay(draft.id, {}, {"idempotency_key": "pay"})
            assert (refused.value.http_status, refused.value.code) == (402, code)
        assert v1.invoices.retrieve(draft.id).attempt_count == 1
        assert event_types(v1).count("invoice.payment_failed") == 1

    def test_without_a_method_is_refused(self, v1: Any, customer: str) -> None:
        draft = invoice_over(v1, 10_000, customer)
        v1.invoices.finalize_invoice(draft.id)
        with pytest.raises(stripe.InvalidRequestError, match="no attached payment source") as refused:
            v1.invoices.pay(draft.id)
        assert refused.value.code == "resource_missing"
        assert v1.invoices.retrieve(draft.id).attempt_count == 0

    def test_of_a_paid_one_is_refused(self, v1: Any, customer: str) -> None:
        draft = invoice_over(v1, 10_000, customer)
        v1.invoices.finalize_invoice(draft.id)
        v1.invoices.pay(draft.id, {"paid_out_of_band": True})
        with pytest.raises(stripe.InvalidRequestError) as refused:
            v1.invoices.pay(draft.id)
        assert refused.value.code == "invoice_already_paid"

    def test_with_a_strangers_card_is_refused(self, v1: Any, press: Any, customer: str) -> None:
        stranger = v1.customers.create({"name": "Globex"}).id
        method = save(v1, press, stranger)
        draft = invoice_over(v1, 10_000, customer)
        v1.invoices.finalize_invoice(draft.id)
        with pytest.raises(stripe.InvalidRequestError) as refused:
            v1.invoices.pay(draft.id, {"payment_method": method.id})
        assert refused.value.code == "resource_missing"


class TestSavedCard:
    def test_that_is_detached_is_no_default_any_more(self, v1: Any, press: Any, customer: str) -> None:
        method = save(v1, press, customer)
        v1.payment_methods.detach(method.id)
        assert v1.customers.retrieve(customer).invoice_settings.default_payment_method is None
        assert v1.customers.payment_methods.list(customer).data == []

    def test_of_another_customer_is_no_default(self, v1: Any, press: Any, customer: str) -> None:
        method = save(v1, press, customer)
        other = v1.customers.create({"name": "Globex"}).id
        with pytest.raises(stripe.InvalidRequestError) as refused:
            v1.customers.update(other, {"invoice_settings": {"default_payment_method": method.id}})
        assert refused.value.code == "resource_missing"

    def test_is_made_by_the_name_of_a_test_card(self, v1: Any, customer: str) -> None:
        method = v1.payment_methods.attach("pm_card_visa", {"customer": customer})
        assert (method.customer, method.card.last4) == (customer, "4242")

    def test_that_ends_with_its_invoice_ends_its_intent(self, v1: Any, press: Any, customer: str) -> None:
        save(v1, press, customer, SAVED_AND_REFUSED)
        draft = invoice_over(v1, 10_000, customer)
        v1.invoices.finalize_invoice(draft.id, {"auto_advance": True})
        v1.invoices.void_invoice(draft.id)
        (payment,) = v1.invoice_payments.list({"invoice": draft.id}).data
        assert (payment.status, v1.payment_intents.list().data[0].status) == ("canceled", "canceled")

    def test_that_was_taken_back_is_refused(self, v1: Any, press: Any, customer: str) -> None:
        method = save(v1, press, customer)
        v1.payment_methods.detach(method.id)
        with pytest.raises(stripe.InvalidRequestError, match="attached to the customer"):
            invoice_over(v1, 10_000, customer, default_payment_method=method.id)


def test_an_invoice_that_is_charged_has_no_due_date(v1: Any, customer: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        v1.invoices.create({"customer": customer, "collection_method": "charge_automatically", "due_date": 2**32})
    assert refused.value.param == "due_date"
