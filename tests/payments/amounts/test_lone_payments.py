"""Payments of our customers at Stripe without an object of ours: booked, and shown to staff."""

from datetime import datetime

import pytest

from apps.payments.models import PaymentIssue, StripeEvent, StripePayment
from apps.payments.references import ObjectKind
from apps.tenants.models import Organization
from local_stripe.shapes import Body
from tests.payments import recorded as made
from tests.payments.amounts.stripe_events import books, changed_event, deliver, open_issues, put_payment
from tests.payments.desk import Desk
from tests.payments.recorded import subject


@pytest.fixture(autouse=True)
def customer(acme: Organization, now: datetime) -> None:
    made.create_requested_invoice(acme, now)


def by_hand(**changes: object) -> Body:
    """Return the event of a payment of 100.00 on the customer of the recorded invoice, which names nothing else."""
    owner = subject("invoice.paid")["customer"]
    given = {"id": "pi_1", "metadata": {}, "customer": owner, "amount": 10_000, "amount_received": 10_000}
    return changed_event("payment_intent.succeeded", **{**given, **changes})


def test_is_kept_unapplied_with_its_sum(desk: Desk, acme: Organization, now: datetime) -> None:
    deliver(desk, by_hand())
    assert books(acme, now) == {"unapplied": "100.00", "cash": "-100.00"}
    assert open_issues() == {"unapplied": ("", "100.00")}
    assert "without a session or invoice of ours" in PaymentIssue.objects.get().detail


def test_goes_back_by_a_refund(desk: Desk, acme: Organization, now: datetime) -> None:
    deliver(desk, by_hand())
    deliver(desk, changed_event("refund.created", payment_intent="pi_1", charge=None, amount=10_000))
    assert (books(acme, now), open_issues()) == ({}, {})


def test_that_invoices_paid_by_is_left_to_the_invoice(desk: Desk, acme: Organization, now: datetime) -> None:
    put_payment(desk, 1, 10_000, invoice="in_foreign")
    assert desk.post(by_hand()).status_code == 200
    desk.run(desk.now)
    assert (StripeEvent.objects.get().state, StripePayment.objects.count()) == ("ignored", 0)


@pytest.mark.parametrize("session_first", [True, False])
@pytest.mark.parametrize("metadata", [{}, {"reference": "order-17"}])
def test_at_another_s_payment_link_is_kept_unapplied_and_nothing_is_parked(
    desk: Desk, acme: Organization, now: datetime, session_first: bool, metadata: dict[str, str]
) -> None:
    paid = by_hand(metadata=metadata)
    at_link = {"id": "cs_foreign", "payment_link": "plink_foreign", "payment_intent": "pi_1", "metadata": metadata}
    session = changed_event("checkout.session.completed", **at_link, customer=paid["data"]["object"]["customer"])
    for event in (session, paid) if session_first else (paid, session):
        assert desk.post(event).status_code == 200
        desk.run(now)
    assert books(acme, now) == {"unapplied": "100.00", "cash": "-100.00"}
    assert dict(StripeEvent.objects.values_list("type", "state")) == {
        "checkout.session.completed": "ignored",
        "payment_intent.succeeded": "handled",
    }
    assert open_issues() == {"unapplied": ("", "100.00")}


def test_at_a_payment_link_of_ours_is_left_to_its_session(desk: Desk, acme: Organization, now: datetime) -> None:
    assert desk.post(by_hand(metadata={"reference": ObjectKind.PAYMENT_LINK.reference(1)})).status_code == 200
    desk.run(now)
    assert (books(acme, now), open_issues()) == ({}, {})


@pytest.mark.parametrize("kind", ["expired", "async_payment_failed"])
def test_at_another_s_payment_link_that_does_not_come_is_ignored(desk: Desk, now: datetime, kind: str) -> None:
    about = {"id": "cs_foreign", "payment_link": "plink_foreign", "metadata": {}}
    event = changed_event(f"checkout.session.{kind}", **about, customer=subject("invoice.paid")["customer"])
    assert desk.post(event).status_code == 200
    desk.run(now)
    assert StripeEvent.objects.get().state == "ignored"


def test_of_a_stranger_is_ignored(desk: Desk) -> None:
    assert desk.post(by_hand(customer="cus_stranger")).status_code == 200
    desk.run(desk.now)
    assert (StripeEvent.objects.get().state, StripePayment.objects.count()) == ("ignored", 0)
