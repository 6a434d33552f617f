"""The payer's buttons, the signed webhooks that follow, and no import in production."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import stripe
import time_machine

from local_stripe.__main__ import is_wanted
from local_stripe.clock import run_due
from local_stripe.deliveries import Deliverer
from local_stripe.server import LOCAL_KEY, LocalStripe
from tests.local_stripe.conftest import event_types, invoice_over, session_params, subscription_params

ROOT = Path(__file__).resolve().parents[2]
SECRET = "whsec_local"


class TestButtons:
    @pytest.fixture
    def session(self, v1: Any) -> Any:
        return v1.checkout.sessions.create(session_params())

    def ends(self, v1: Any, session: Any) -> tuple[str, str]:
        found = v1.checkout.sessions.retrieve(session.id)
        return found.status, found.payment_status

    def types(self, v1: Any) -> set[str]:
        return {event.type for event in v1.events.list({"limit": 100}).data}

    def test_are_four_beside_what_is_paid_for(self, press: Any, session: Any) -> None:
        status, _, page = press(session.url)
        assert status == 200
        for value in ("pay", "later", "decline", "cancel"):
            assert f"value='{value}'" in page
        assert "no money moves" in page
        assert "25.00 USD" in page
        assert "Credit &lt;b&gt;" in page

    def test_pay(self, v1: Any, press: Any, session: Any) -> None:
        assert press(session.url, "pay")[:2] == (303, "https://billing.example/paid")
        assert self.ends(v1, session) == ("complete", "paid")
        assert {"checkout.session.completed", "payment_intent.succeeded", "charge.succeeded"} <= self.types(v1)

    def test_pay_later(self, v1: Any, press: Any, session: Any, local: LocalStripe) -> None:
        assert press(session.url, "later")[:2] == (303, "https://billing.example/paid")
        assert self.ends(v1, session) == ("complete", "unpaid")
        intent = v1.payment_intents.list().data[0].id
        press(f"{local.url}/do/{intent}", "arrives")
        assert self.ends(v1, session) == ("complete", "paid")
        assert "checkout.session.async_payment_succeeded" in self.types(v1)

    def test_decline_leaves_it_open(self, v1: Any, press: Any, session: Any) -> None:
        status, _, page = press(session.url, "decline")
        assert (status, "Your card was declined." in page) == (200, True)
        assert self.ends(v1, session) == ("open", "unpaid")
        assert {"payment_intent.payment_failed", "charge.failed"} <= self.types(v1)
        press(session.url, "pay")
        assert self.ends(v1, session) == ("complete", "paid")

    def test_of_a_later_start_say_when_it_is(self, v1: Any, press: Any) -> None:
        start = int((datetime.now(UTC) + timedelta(days=40)).timestamp())
        session = v1.checkout.sessions.create({**subscription_params(v1), "subscription_data": {"trial_end": start}})
        _, _, page = press(session.url)
        assert "Due today: <strong>0.00 USD</strong>, the next on " in page
        assert f"{datetime.fromtimestamp(start, UTC):%B %Y}" in page

    def test_cancel_leaves_it_open(self, v1: Any, press: Any, session: Any) -> None:
        assert press(session.url, "cancel")[:2] == (303, "https://billing.example/cancelled")
        assert self.ends(v1, session) == ("open", "unpaid")

    def test_of_a_paid_session_are_gone(self, v1: Any, press: Any, session: Any) -> None:
        press(session.url, "pay")
        assert "<button" not in press(session.url)[2]
        press(session.url, "pay")
        assert len(v1.payment_intents.list().data) == 1

    def test_decline_of_a_subscription_says_so(self, v1: Any, press: Any) -> None:
        session = v1.checkout.sessions.create(subscription_params(v1))
        assert "Your card was declined." in press(session.url, "decline")[2]
        _, _, page = press(session.url)
        assert "value='later'" in page
        assert "10.00 USD every month" in page
        assert self.ends(v1, session) == ("open", "unpaid")

    @pytest.mark.parametrize("arrives", [True, False])
    def test_pay_later_of_a_subscription_leaves_its_invoice_open(
        self, v1: Any, press: Any, local: LocalStripe, arrives: bool
    ) -> None:
        session = v1.checkout.sessions.create(subscription_params(v1))
        press(session.url, "later")
        assert self.ends(v1, session) == ("complete", "unpaid")
        subscription, invoice = v1.subscriptions.list().data[0], v1.invoices.list({"expand": ["data.payments"]}).data[0]
        assert (subscription.status, invoice.status, invoice.payments.data[0].status) == ("active", "open", "open")
        press(f"{local.url}/do/{v1.payment_intents.list().data[0].id}", "arrives" if arrives else "fails")
        assert self.ends(v1, session) == ("complete", "paid" if arrives else "unpaid")
        event_types = {"checkout.session.async_payment_succeeded", "invoice.paid", "invoice_payment.paid"}
        failed = {"checkout.session.async_payment_failed", "invoice.payment_failed"}
        assert self.types(v1) & (event_types | failed) == (event_types if arrives else failed)
        assert v1.invoices.list().data[0].status == ("paid" if arrives else "open")
        assert v1.subscriptions.list().data[0].status == ("active" if arrives else "past_due")

    def test_an_invoice_leads_back_to_where_it_was_opened(self, v1: Any, press: Any, local: LocalStripe) -> None:
        customer = v1.customers.create({"name": "Acme"}).id
        draft = invoice_over(v1, 2_000, customer, collection_method="send_invoice", days_until_due=7)
        invoice = v1.invoices.finalize_invoice(draft.id)
        assert "<a href='/'>Back</a>" in press(invoice.hosted_invoice_url)[2]
        portal = v1.billing_portal.sessions.create({"customer": invoice.customer, "return_url": "https://b.example/"})
        (opened,) = re.findall(r"href='(/i/[^']*)'", press(portal.url)[2])
        for action in ("", "decline"):
            assert f"<a href='/p/session/{portal.id}'>Back</a>" in press(f"{local.url}{opened}", action)[2]

    def test_of_a_subscription_that_takes_nothing_today_offer_no_promise(self, v1: Any, press: Any) -> None:
        start = int((datetime.now(UTC) + timedelta(days=40)).timestamp())
        session = v1.checkout.sessions.create({**subscription_params(v1), "subscription_data": {"trial_end": start}})
        assert "value='later'" not in press(session.url)[2]


class Receiver(HTTPServer):
    """Records posted bodies, and answers with the next status, finally 200."""

    def __init__(self) -> None:
        self.got: list[tuple[bytes, str]] = []
        self.statuses: list[int] = []
        super().__init__(("127.0.0.1", 0), Post)


class Post(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((body, self.headers["Stripe-Signature"]))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


class TestWebhooks:
    def test_are_signed_as_stripe_signs(self, local: LocalStripe, receiver: Receiver, v1: Any) -> None:
        v1.customers.create({"name": "Zoë"})
        Deliverer(local.account, f"http://127.0.0.1:{receiver.server_port}", SECRET).deliver_due()
        ((body, signature),) = receiver.got
        assert stripe.Webhook.construct_event(body, signature, SECRET).type == "customer.created"
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(body, signature, "whsec_other")

    def test_come_again_until_they_are_taken(self, local: LocalStripe, receiver: Receiver, v1: Any) -> None:
        receiver.statuses = [500, 503]
        begin = datetime(2026, 11, 18, 12, tzinfo=UTC)
        v1.customers.create({"name": "Acme"})
        deliverer = Deliverer(local.account, f"http://127.0.0.1:{receiver.server_port}", SECRET)
        for seconds in (0, 0, 2, 5, 60):
            with time_machine.travel(begin + timedelta(seconds=seconds), tick=False):
                deliverer.deliver_due()
        assert len(receiver.got) == 3
        assert len({signature for _, signature in receiver.got}) == 3
        assert len({body for body, _ in receiver.got}) == 1

    def test_wait_for_a_receiver_that_is_not_there(self, local: LocalStripe, v1: Any) -> None:
        v1.customers.create({"name": "Acme"})
        Deliverer(local.account, "http://127.0.0.1:9", SECRET).deliver_due()
        assert local.account.store.query("SELECT attempts, done FROM deliveries") == [(1, 0)]


class TestClock:
    def test_lets_happen_what_has_come_due_once(self, local: LocalStripe, v1: Any) -> None:
        begin = datetime(2026, 11, 18, 12, tzinfo=UTC)
        with time_machine.travel(begin, tick=False) as traveler:
            session = v1.checkout.sessions.create(session_params())
            customer = v1.customers.create({"name": "Acme"}).id
            sent = {"collection_method": "send_invoice", "days_until_due": 2, "auto_advance": True}
            invoice = invoice_over(v1, 1_000, customer, **sent)
            for hours in (1, 25, 49, 50):
                traveler.move_to(begin + timedelta(hours=hours))
                run_due(local.account)
            assert v1.checkout.sessions.retrieve(session.id).status == "expired"
            assert v1.invoices.retrieve(invoice.id).status == "open"
        types = event_types(v1)
        names = ("checkout.session.expired", "invoice.finalized", "invoice.overdue")
        assert [types.count(name) for name in names] == [1, 1, 1]


class TestProduction:
    @pytest.mark.parametrize(
        ("environment", "wanted"),
        [
            ({"DEVELOPMENT": "1"}, True),
            ({"DEVELOPMENT": "1", "STRIPE_API_KEY": LOCAL_KEY}, True),
            ({"DEVELOPMENT": "1", "STRIPE_API_KEY": "sk_test_real"}, False),
            ({"DEVELOPMENT": "0"}, False),
            ({}, False),
        ],
    )
    def test_leaves_the_process_idle(self, environment: dict[str, str], wanted: bool) -> None:
        assert is_wanted(environment) is wanted

    @pytest.mark.parametrize("value", ["", "0"])
    def test_cannot_import_the_server(self, value: str) -> None:
        given = {**os.environ, "DEVELOPMENT": value}
        command = [sys.executable, "-c", "import local_stripe.server"]
        result = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)
        assert result.returncode == 1
        assert "ImportError: The local Stripe is for development only" in result.stderr
