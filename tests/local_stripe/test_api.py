"""Requests: refusals as at Stripe, once per idempotency key, responses in the pinned version's shapes."""

from collections.abc import Callable
from typing import Any

import pytest
import stripe

from local_stripe.server import LocalStripe
from local_stripe.shapes import members
from tests.local_stripe.conftest import session_params, subscription_params

PRICE = {"currency": "usd", "unit_amount": 2_500, "product_data": {"name": "Credit"}}
GONE = {
    "invoice": {"subscription", "payment_intent", "charge", "paid"},
    "subscription": {"current_period_end", "current_period_start"},
    "charge": {"invoice"},
    "payment_intent": {"charges"},
}


def line(**changes: Any) -> list[dict[str, Any]]:
    return [{"price_data": {**PRICE, **changes}, "quantity": 1}]


class TestParameters:
    @pytest.mark.parametrize(
        ("changes", "param", "code"),
        [
            ({"nonsense": "1"}, "nonsense", "parameter_unknown"),
            ({"payment_intent_data": {"charge": "1"}}, "payment_intent_data[charge]", "parameter_unknown"),
            ({"line_items": line(unit_amount="lots")}, "line_items[0][price_data][unit_amount]", None),
            (
                {"line_items": line(product_data={"description": "x"})},
                "line_items[0][price_data][product_data][name]",
                None,
            ),
            ({"mode": "pay"}, "mode", None),
            ({"ui_mode": "hosted"}, "ui_mode", None),
            ({"metadata": {"reference": "x" * 501}}, "metadata", None),
            ({"metadata": {str(number): "x" for number in range(51)}}, "metadata", None),
            ({"mode": "subscription"}, "line_items", None),
            ({"expires_at": 1}, "expires_at", None),
        ],
    )
    def test_that_are_wrong_are_named(self, v1: Any, local: LocalStripe, changes: Any, param: str, code: Any) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            v1.checkout.sessions.create(session_params(**changes))
        assert (refused.value.http_status, refused.value.param) == (400, param)
        assert code in (None, refused.value.code)
        assert local.account.store.all("checkout.session") == []

    @pytest.mark.parametrize("name", ["line_items", "success_url"])
    def test_that_are_missing_are_named(self, v1: Any, name: str) -> None:
        params = session_params()
        del params[name]
        with pytest.raises(stripe.InvalidRequestError) as refused:
            v1.checkout.sessions.create(params)
        assert refused.value.param == name

    @pytest.mark.parametrize(
        "wrong",
        [
            lambda v1: v1.customers.retrieve("cus_unknown"),
            lambda v1: v1.checkout.sessions.create(session_params(customer="cus_unknown")),
            lambda v1: v1.transfers.list(),
        ],
    )
    def test_about_what_is_not_there_are_404(self, v1: Any, wrong: Callable[[Any], Any]) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            wrong(v1)
        assert refused.value.http_status == 404

    def test_of_a_list_are_limited(self, v1: Any) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            v1.events.list({"limit": 101})
        assert refused.value.param == "limit"

    def test_of_a_refund_stay_within_the_charge(self, v1: Any, press: Any) -> None:
        press(v1.checkout.sessions.create(session_params()).url, "pay")
        intent = v1.payment_intents.list().data[0].id
        v1.refunds.create({"payment_intent": intent, "amount": 2_000})
        with pytest.raises(stripe.InvalidRequestError) as refused:
            v1.refunds.create({"payment_intent": intent, "amount": 501})
        assert refused.value.param == "amount"


class TestCaller:
    def test_needs_the_local_key(self, ask: Callable[..., Any]) -> None:
        with pytest.raises(stripe.AuthenticationError):
            ask(api_key="sk_test_other").customers.list()

    @pytest.mark.parametrize("version", ["2020-08-27", "2030-01-01.later", "latest"])
    def test_writes_in_the_pinned_version_alone(self, ask: Callable[..., Any], version: str) -> None:
        with pytest.raises(stripe.InvalidRequestError):
            ask(stripe_version=version).customers.create({"name": "Acme"})


class TestIdempotencyKey:
    def test_does_it_once_and_answers_the_same(self, v1: Any, local: LocalStripe) -> None:
        first, again = (v1.customers.create({"name": "Acme"}, {"idempotency_key": "k"}) for _ in range(2))
        assert first.last_response.body == again.last_response.body
        assert again.last_response.headers["Idempotent-Replayed"] == "true"
        assert len(local.account.store.all("customer")) == 1

    def test_with_another_body_is_refused(self, v1: Any, local: LocalStripe) -> None:
        v1.customers.create({"name": "Acme"}, {"idempotency_key": "k"})
        with pytest.raises(stripe.IdempotencyError) as refused:
            v1.customers.create({"name": "Globex"}, {"idempotency_key": "k"})
        assert refused.value.http_status == 400
        assert len(local.account.store.all("customer")) == 1

    def test_does_not_remember_what_was_refused(self, v1: Any) -> None:
        with pytest.raises(stripe.InvalidRequestError):
            v1.customers.create({"nmae": "Acme"}, {"idempotency_key": "k"})
        assert v1.customers.create({"name": "Acme"}, {"idempotency_key": "k"}).name == "Acme"


class TestShapes:
    @pytest.fixture
    def local(self, local: LocalStripe, press: Any, v1: Any) -> LocalStripe:
        """A local Stripe in which one event of each kind happened."""
        press(v1.checkout.sessions.create(session_params()).url, "pay")
        intent = local.account.store.all("payment_intent")[0]["id"]
        v1.refunds.create({"payment_intent": intent, "amount": 1_000})
        for action in ("dispute", "fraud_warning"):
            press(f"{local.url}/do/{intent}", action)
        press(v1.checkout.sessions.create(subscription_params(v1)).url, "pay")
        v1.billing_portal.sessions.create({"customer": v1.customers.list().data[0].id})
        v1.payment_links.create({"line_items": line()})
        return local

    def test_have_the_members_of_the_pinned_version(self, local: LocalStripe) -> None:
        kinds = {kind for (kind,) in local.account.store.query("SELECT DISTINCT kind FROM objects")} - {"hidden"}
        assert len(kinds) >= 14
        for kind in kinds:
            for body in local.account.store.all(kind):
                assert set(body) == {*members(kind), "object"}, kind
                assert not set(body) & GONE.get(kind, set())

    def test_say_where_the_moved_members_are(self, local: LocalStripe, v1: Any) -> None:
        subscription = v1.subscriptions.list().data[0]
        invoice = v1.invoices.retrieve(subscription.latest_invoice, {"expand": ["payments"]})
        assert invoice.parent.subscription_details.subscription == subscription.id
        assert subscription["items"].data[0].current_period_end > subscription.created
        paid = invoice.payments.data[0].payment.payment_intent
        intent = v1.payment_intents.list({"expand": ["data.latest_charge"]}).data[0]
        assert (intent.id, intent.latest_charge.payment_intent) == (paid, paid)

    def test_of_events_are_listed_by_type_newest_first(self, local: LocalStripe, v1: Any) -> None:
        types = ["checkout.session.completed", "refund.created"]
        found = [event.type for event in v1.events.list({"types": types, "limit": 2}).auto_paging_iter()]
        assert found == ["checkout.session.completed", "refund.created", "checkout.session.completed"]
        assert {event.api_version for event in v1.events.list().data} == {stripe.api_version}
