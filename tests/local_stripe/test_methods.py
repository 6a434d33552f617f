"""Payment methods that are saved at checkout and charged later, with nobody at the page."""

from typing import Any

import pytest
import stripe

from local_stripe.server import LocalStripe
from tests.local_stripe.conftest import session_params


@pytest.fixture
def customer(v1: Any) -> str:
    return str(v1.customers.create({"name": "Acme"}).id)


def setup_params(customer: str, **changes: Any) -> dict[str, Any]:
    given = session_params(mode="setup", customer=customer, currency="usd", **changes)
    return {name: value for name, value in given.items() if name != "line_items"}


def saved(v1: Any, press: Any, customer: str) -> str:
    """Save a card at a page that takes no money; return its id."""
    session = v1.checkout.sessions.create(setup_params(customer))
    press(session.url, "pay")
    return str(v1.checkout.sessions.retrieve(session.id, {"expand": ["setup_intent"]}).setup_intent.payment_method)


def charged(v1: Any, customer: str, **params: Any) -> Any:
    """Make, fill and finalize an invoice over ten dollars that Stripe collects by itself; return how it ended."""
    given = {"collection_method": "charge_automatically", "auto_advance": False, "currency": "usd"} | params
    invoice = v1.invoices.create({"customer": customer, **given})
    v1.invoice_items.create({"customer": customer, "invoice": invoice.id, "amount": 1_000, "currency": "usd"})
    assert v1.invoices.finalize_invoice(invoice.id, {"auto_advance": True}).status == "open"
    return v1.invoices.retrieve(invoice.id)


def types(v1: Any) -> set[str]:
    return {event.type for event in v1.events.list({"limit": 100}).data}


def test_a_setup_session_takes_no_money_and_saves_the_card(v1: Any, press: Any, customer: str) -> None:
    session = v1.checkout.sessions.create(setup_params(customer))
    assert (session.amount_total, session.payment_status) == (None, "no_payment_required")
    assert "Pay later" not in press(session.url)[2]
    method = saved(v1, press, customer)
    assert v1.payment_methods.retrieve(method).customer == customer
    assert {"setup_intent.succeeded", "payment_method.attached", "checkout.session.completed"} <= types(v1)


@pytest.mark.parametrize("changes", [{"line_items": session_params()["line_items"]}, {"currency": None}])
def test_a_setup_session_has_a_currency_and_no_lines(v1: Any, customer: str, changes: dict[str, Any]) -> None:
    given = {name: value for name, value in {**setup_params(customer), **changes}.items() if value is not None}
    with pytest.raises(stripe.InvalidRequestError):
        v1.checkout.sessions.create(given)


def test_a_payment_saves_its_card_where_that_is_asked_for(v1: Any, press: Any, customer: str) -> None:
    for usage in ({}, {"payment_intent_data": {"setup_future_usage": "off_session"}}):
        session = v1.checkout.sessions.create(session_params(customer=customer, **usage))
        press(session.url, "pay")
        intent = v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]}).payment_intent
        assert bool(intent.payment_method) == bool(usage)


def test_an_invoice_is_charged_to_the_method_it_names_or_to_the_customers(
    v1: Any, press: Any, customer: str, local: LocalStripe
) -> None:
    method = saved(v1, press, customer)
    assert charged(v1, customer, default_payment_method=method).status == "paid"
    assert charged(v1, customer).status == "open"
    v1.customers.update(customer, {"invoice_settings": {"default_payment_method": method}})
    assert charged(v1, customer).status == "paid"
    press(f"{local.url}/do/{method}", "declines")
    assert charged(v1, customer, default_payment_method=method).attempt_count == 1
    assert {"invoice.payment_failed", "payment_intent.payment_failed", "customer.updated"} <= types(v1)


def test_a_method_that_was_taken_back_is_refused(v1: Any, press: Any, customer: str) -> None:
    method = saved(v1, press, customer)
    v1.customers.update(customer, {"invoice_settings": {"default_payment_method": method}})
    v1.payment_methods.detach(method)
    assert v1.customers.retrieve(customer).invoice_settings.default_payment_method is None
    with pytest.raises(stripe.InvalidRequestError, match="attached to the customer"):
        v1.invoices.create({"customer": customer, "default_payment_method": method})


def test_what_is_charged_has_no_due_date(v1: Any, customer: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="due_date"):
        v1.invoices.create({"customer": customer, "collection_method": "charge_automatically", "due_date": 2**32})
