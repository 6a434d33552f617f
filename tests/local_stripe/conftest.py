"""A local Stripe over real HTTP, called by Stripe's own library."""

import http.client
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import stripe

from local_stripe.server import LOCAL_KEY, LocalStripe

Page = tuple[int, str, str]


@pytest.fixture
def local() -> Iterator[LocalStripe]:
    with LocalStripe() as running:
        yield running


@pytest.fixture
def ask(local: LocalStripe) -> Callable[..., Any]:
    """Make a client, by default with the local key; it does not retry."""

    def client(**options: Any) -> Any:
        given: dict[str, Any] = {
            "api_key": LOCAL_KEY,
            "max_network_retries": 0,
            "base_addresses": {"api": local.url},
        } | options
        return stripe.StripeClient(**given).v1

    return client


@pytest.fixture
def v1(ask: Callable[..., Any]) -> Any:
    return ask()


@pytest.fixture
def press(local: LocalStripe) -> Callable[..., Page]:
    """Open a page, or press a button with form data; return the status, the redirect and the text."""

    def send(url: str, action: str = "", **fields: str) -> Page:
        address = urlsplit(url)
        connection = http.client.HTTPConnection(address.netloc, timeout=5)
        form = urlencode({"action": action, **fields}) if action else None
        connection.request("POST" if action else "GET", address._replace(scheme="", netloc="").geturl(), form)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Location", ""), answer.read().decode()

    return send


def session_params(**changes: Any) -> dict[str, Any]:
    """The parameters of a session over 25 dollars."""
    price = {"currency": "usd", "unit_amount": 2_500, "product_data": {"name": "Credit <b>"}}
    return {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 1}],
        "success_url": "https://billing.example/paid",
        "cancel_url": "https://billing.example/cancelled",
        "metadata": {"reference": "checkout:1"},
        **changes,
    }


def subscription_params(v1: Any) -> dict[str, Any]:
    """The parameters of a session that begins a subscription of 10 dollars a month."""
    product = v1.products.create({"name": "Contract"})
    price = {"product": product.id, "currency": "usd", "unit_amount": 1_000, "recurring": {"interval": "month"}}
    line = {"price": v1.prices.create(price).id, "quantity": 1}
    customer = v1.customers.create({"name": "Acme"})
    return session_params(mode="subscription", line_items=[line], customer=customer.id)


def event_types(v1: Any) -> list[str]:
    """Return the types of the events so far, newest first."""
    return [event.type for event in v1.events.list({"limit": 100}).data]


def invoice_over(v1: Any, amount: int, customer: str, **changes: Any) -> Any:
    """Make a draft over an amount, by default charged to the saved method."""
    params = {"customer": customer, "currency": "usd", "collection_method": "charge_automatically", **changes}
    draft = v1.invoices.create(params)
    v1.invoice_items.create({"customer": customer, "invoice": draft.id, "amount": amount, "currency": "usd"})
    return draft
