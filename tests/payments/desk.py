"""Tools of the payment tests: a local Stripe over real HTTP, its pages, its events, and our webhook."""

import http.client
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import stripe
from django.test import Client, override_settings

from apps.payments import services, stripe_gateway
from local_stripe import checkout, invoice_payments, methods, money
from local_stripe.deliveries import encode, sign
from local_stripe.server import LOCAL_KEY, LocalStripe
from local_stripe.shapes import Body

SECRET = "whsec_tests"


@contextmanager
def connected_stripe() -> Iterator[LocalStripe]:
    """Run a local Stripe that the gateway talks to, without delay between its tries."""
    with LocalStripe() as running, pytest.MonkeyPatch.context() as patch:
        patch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.0)
        patch.setattr(stripe.HTTPClient, "MAX_DELAY", 0.0)
        at = {"STRIPE_API_KEY": LOCAL_KEY, "STRIPE_API_BASE": running.url, "STRIPE_WEBHOOK_SECRETS": [SECRET]}
        with override_settings(**at):
            stripe_gateway._breaker.close()
            yield running


class Desk:
    """One organization at a local Stripe. `deliver` posts its events, signed, and runs the resulting work."""

    def __init__(self, local: LocalStripe, run: Callable[[datetime], list[str]], now: datetime, clock: Any) -> None:
        self.local, self.run, self.now, self.clock = local, run, now, clock
        self.account = local.account
        self.client = Client()
        self.delivered: set[str] = set()

    def press(self, url: str, action: str = "pay", **fields: str) -> str:
        """Press a button on a page of the local Stripe with form data; return the redirect."""
        address = urlsplit(url)
        connection = http.client.HTTPConnection(address.netloc, timeout=5)
        connection.request("POST", address.path, urlencode({"action": action, **fields}))
        response = connection.getresponse()
        response.read()
        assert response.status in (200, 303), response.status
        return response.headers.get("Location", "")

    def events(self, *types: str) -> list[Body]:
        """Return the events that happened, oldest first, of these types or of all."""
        events = reversed(self.account.store.all("event"))
        return [event for event in events if not types or event["type"] in types]

    def post(self, event: Body, *, secret: str = SECRET) -> Any:
        """Deliver one event as Stripe would."""
        return self.post_bytes(encode(event), secret=secret)

    def post_bytes(self, payload: bytes, *, secret: str = SECRET, at: int | None = None) -> Any:
        stamp = int(self.now.timestamp()) if at is None else at
        return self.client.post(
            "/webhooks/stripe",
            payload,
            content_type="application/json",
            headers={"Stripe-Signature": sign(payload, secret, stamp)},
        )

    def deliver(self, *, at: datetime | None = None) -> list[str]:
        """Deliver undelivered events, and run the outbox until nothing is due; return the tasks that ran."""
        for event in self.events():
            if event["id"] not in self.delivered:
                self.delivered.add(event["id"])
                assert self.post(event).status_code == 200
        return self.run(at or self.now)

    def take(self, kind: str) -> Body:
        """Return the newest object of a kind."""
        return self.account.store.all(kind)[0]

    def charge(self) -> Body:
        return self.account.get("charge", self.take("payment_intent")["latest_charge"])

    def refund(self, amount: int | None = None) -> Body:
        with self.account.store.transaction():
            return money.refund(self.account, self.charge(), amount, metadata={})

    def fail_refund(self, made: Body) -> None:
        with self.account.store.transaction():
            money.fail_refund(self.account, made)

    def dispute(self, *, inquiry: bool = False) -> Body:
        with self.account.store.transaction():
            return money.dispute(self.account, self.charge(), inquiry=inquiry)

    def close_dispute(self, made: Body, status: str) -> None:
        with self.account.store.transaction():
            money.close_dispute(self.account, made, status)

    def settle_later(self, *, arrives: bool) -> None:
        with self.account.store.transaction():
            checkout.settle_later(self.account, self.take("payment_intent"), arrives=arrives)

    def settle_all(self) -> None:
        """Deliver events and run tasks until nothing more happens, here or at Stripe."""
        self.deliver()
        while len(self.delivered) < len(self.events()):
            self.deliver()

    def come_to(self, day: date | str) -> None:
        """Move all clocks to the morning of a day, invoice the due installments, and deliver the events."""
        wanted = date.fromisoformat(day) if isinstance(day, str) else day
        self.now = datetime.combine(wanted, time(0, 10), UTC)
        self.clock.move_to(self.now)
        services.enqueue_due_arrangements(now=self.now)
        self.run(self.now)
        self.settle_all()

    def live_through(self, last: date | str) -> None:
        """Move to each day in turn, up to and including the last."""
        until = date.fromisoformat(last) if isinstance(last, str) else last
        while self.now.date() < until:
            self.come_to(self.now.date() + timedelta(days=1))

    def charges(self) -> list[tuple[str, int]]:
        """Return the charges at Stripe by day, in smallest units, oldest first."""
        made = [one for one in self.account.store.all("charge") if one["status"] == "succeeded"]
        return [(f"{datetime.fromtimestamp(one['created'], UTC):%Y-%m-%d}", one["amount"]) for one in reversed(made)]

    def let_decline(self, *, declines: bool = True) -> None:
        """Make the newest payment method decline from now on, or work again."""
        with self.account.store.transaction():
            methods.let_decline(self.account, self.take("payment_method"), declines=declines)

    def detach(self) -> None:
        """Detach the newest payment method, as the customer does in the portal."""
        with self.account.store.transaction():
            methods.detach(self.account, self.take("payment_method"))

    def choose_another(self) -> str:
        """Let the customer make a new payment method the default one, as in the portal; return its id."""
        with self.account.store.transaction():
            customer = self.take("customer")
            made = methods.save(self.account, customer["id"])
            methods.make_default(self.account, customer, made["id"])
        return str(made["id"])

    def end_invoice(self, status: str) -> None:
        with self.account.store.transaction():
            invoice_payments.end(self.account, self.take("invoice"), status)

    def pay_invoice_elsewhere(self) -> None:
        with self.account.store.transaction():
            invoice_payments.pay_elsewhere(self.account, self.take("invoice"))
