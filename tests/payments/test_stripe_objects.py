"""Stripe's objects are read by field tables, which refuse malformed members."""

import json
from contextlib import suppress
from copy import deepcopy
from pathlib import Path

import pytest

from apps.payments import stripe_objects
from apps.payments.errors import MalformedObject
from apps.payments.stripe_objects import (
    ChargeFacts,
    CheckoutFacts,
    DisputeFacts,
    InvoiceFacts,
    InvoicePaymentFacts,
    RefundFacts,
    SubscriptionFacts,
)

EVENTS = Path(__file__).parent / "events"
READERS = [getattr(stripe_objects, name) for name in stripe_objects.__all__ if name != "Facts"]
OF_KIND = {reader.kind: reader for reader in READERS}
NEWS = "balance.available"  # says that there is something to fetch; its object is not read
ODD = (None, "", "a b", "x" * 6_000, "\x00", 0, -1, 10**16, True, 1.5, [], [1], [{}], {}, {"id": 5}, {"data": [{}]})


def recorded(name):
    return json.loads((EVENTS / f"{name}.json").read_text())["data"]["object"]


RECORDED = [(path.stem, recorded(path.stem)) for path in sorted(EVENTS.glob("*.json")) if path.stem != NEWS]


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in RECORDED])
def test_an_odd_member_is_read_or_refused_and_nothing_else(body):
    reader = OF_KIND[body["object"]]
    reader.read(body)
    for name in body:
        for value in ODD:
            with suppress(MalformedObject):
                reader.read(deepcopy(body) | {name: value})


@pytest.mark.parametrize(
    ("event", "reader", "member"),
    [
        ("refund.created", RefundFacts, "id"),
        ("refund.created", RefundFacts, "amount"),
        ("charge.succeeded", ChargeFacts, "currency"),
        ("charge.dispute.created", DisputeFacts, "amount"),
        ("invoice.paid", InvoiceFacts, "total"),
        ("invoice.paid", InvoiceFacts, "amount_due"),
        ("invoice_payment.paid", InvoicePaymentFacts, "invoice"),
        ("checkout.session.completed", CheckoutFacts, "amount_total"),
        ("checkout.session.completed", CheckoutFacts, "expires_at"),
    ],
)
def test_what_must_be_there_is_asked_for_by_name(event, reader, member):
    body = recorded(event)
    del body[member]
    with pytest.raises(MalformedObject, match=member):
        reader.read(body)


def test_another_kind_is_refused():
    for reader in READERS:
        if reader.kind:
            with pytest.raises(MalformedObject, match=f"it is not a {reader.kind}"):
                reader.read({"object": "account", "id": "acct_1"})


class TestMembers:
    def test_of_a_nested_object(self):
        body = recorded("customer.subscription.updated")
        assert SubscriptionFacts.read(body | {"pause_collection": None}).resumes_at == 0
        paused = SubscriptionFacts.read(body | {"pause_collection": {"behavior": "void", "resumes_at": 1_800_000_000}})
        assert (paused.pause, paused.resumes_at) == ("void", 1_800_000_000)

    def test_by_another_name(self):
        body = recorded("invoice.paid") | {"pre_payment_credit_notes_amount": 250}
        assert InvoiceFacts.read(body).credited == 250

    def test_of_a_session_that_takes_nothing(self):
        body = recorded("checkout.session.completed") | {"amount_total": None, "currency": None}
        with pytest.raises(MalformedObject):
            CheckoutFacts.read(body)
        saved = CheckoutFacts.read(body | {"mode": "setup"})
        assert (saved.amount_total, saved.currency) == (0, "")

    def test_payments_that_were_not_asked_for_are_told_from_none(self):
        body = recorded("invoice.paid")
        assert InvoiceFacts.read(body | {"payments": None}).payments is None
        assert InvoiceFacts.read(body | {"payments": {"data": []}}).payments == ()
