"""Events are listed in the account's version of their time and delivered in the pinned one."""

import json
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
import stripe

from local_stripe.deliveries import encode
from local_stripe.server import LOCAL_KEY, LocalStripe
from tests.local_stripe.conftest import invoice_over, session_params, subscription_params

OLD = "2024-06-20"


def fetch(local: LocalStripe, path: str, version: str = "") -> Any:
    """Request without stripe-python, which always sends its own version."""
    headers = {"Authorization": f"Bearer {LOCAL_KEY}"} | ({"Stripe-Version": version} if version else {})
    with urllib.request.urlopen(urllib.request.Request(local.url + path, headers=headers)) as answer:
        return json.load(answer)


@pytest.fixture
def subscribed(local: LocalStripe, v1: Any, press: Any) -> LocalStripe:
    """An account of an old version, where a subscription was begun and paid."""
    local.account.api_version = OLD
    press(v1.checkout.sessions.create(subscription_params(v1)).url, "pay")
    return local


class TestEvents:
    def test_are_listed_in_the_accounts_version_whatever_is_asked(self, subscribed: LocalStripe, v1: Any) -> None:
        event = next(one for one in v1.events.list({"types": ["invoice.paid"]}).data)
        assert event.api_version == OLD
        assert event.data.object.paid is True
        assert event.data.object.subscription == v1.subscriptions.list().data[0].id
        assert "parent" not in event.data.object.to_dict()
        assert v1.events.retrieve(event.id).data.object.to_dict() == event.data.object.to_dict()

    def test_are_delivered_in_the_pinned_version(self, subscribed: LocalStripe) -> None:
        paid = next(one for one in subscribed.account.store.all("event") if one["type"] == "invoice.paid")
        event_types = json.loads(encode(paid))
        assert event_types["api_version"] == stripe.api_version
        assert event_types["data"]["object"]["parent"]["subscription_details"]["subscription"]
        assert "paid" not in event_types["data"]["object"]

    def test_stay_as_they_were_when_the_account_is_upgraded(self, subscribed: LocalStripe, v1: Any) -> None:
        subscribed.account.api_version = stripe.api_version
        v1.customers.create({"name": "Globex"})
        versions = [event.api_version for event in v1.events.list({"types": ["customer.created"]}).data]
        assert versions == [stripe.api_version, OLD]


class TestObjects:
    def test_come_in_the_version_of_the_request(self, subscribed: LocalStripe, v1: Any) -> None:
        found = v1.subscriptions.list().data[0]
        path = f"/v1/subscriptions/{found.id}"
        assert fetch(subscribed, path, OLD)["current_period_end"] == found["items"].data[0].current_period_end
        assert "current_period_end" not in fetch(subscribed, path, stripe.api_version)

    def test_come_in_the_accounts_version_where_none_is_named(self, subscribed: LocalStripe) -> None:
        assert fetch(subscribed, "/v1/invoices?limit=1")["data"][0]["paid"] is True

    def test_of_long_ago_carry_their_charges_and_refunds(self, local: LocalStripe, v1: Any, press: Any) -> None:
        press(v1.checkout.sessions.create(session_params()).url, "pay")
        intent = v1.payment_intents.list().data[0].id
        refund = v1.refunds.create({"payment_intent": intent, "amount": 100}).id
        shown = fetch(local, f"/v1/payment_intents/{intent}?expand[]=latest_charge", "2020-08-27")
        assert shown["charges"]["data"][0]["id"] == shown["latest_charge"]["id"]
        assert shown["latest_charge"]["refunds"]["data"][0]["id"] == refund

    def test_name_the_invoice_that_a_charge_paid(self, local: LocalStripe, v1: Any, press: Any) -> None:
        customer = v1.customers.create({"name": "Acme"}).id
        v1.payment_methods.attach("pm_card_visa", {"customer": customer})
        method = v1.customers.payment_methods.list(customer).data[0].id
        draft = invoice_over(v1, 1_000, customer, default_payment_method=method)
        v1.invoices.finalize_invoice(draft.id, {"auto_advance": True})
        assert fetch(local, "/v1/payment_intents", OLD)["data"][0]["invoice"] == draft.id


@pytest.mark.parametrize("version", ["2030-01-01.later", "latest"])
def test_a_version_that_does_not_exist_is_refused(ask: Callable[..., Any], version: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Invalid Stripe API version"):
        ask(stripe_version=version).customers.list()
