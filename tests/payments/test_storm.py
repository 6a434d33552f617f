"""Every event arrives 20 times, shuffled, over many connections, while workers apply them: one effect each."""

import http.client
import io
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connection

from apps.common.money import to_micros
from apps.payments.models import CheckoutSession, Refund, StripeEvent, StripePayment
from apps.payments.services.reconciliation import compare_clearing
from apps.tenants.models import Organization
from apps.wallets.models import Grant
from apps.wallets.selectors import wallet_figures
from local_stripe.deliveries import encode, sign
from tests.factories import create_organization
from tests.outbox.deliveries import deliver_due
from tests.payments.desk import SECRET, Desk
from tests.payments.test_top_ups import buy

pytestmark = pytest.mark.django_db(transaction=True)

TOP_UPS_EACH, COPIES = 5, 20
CONNECTIONS, WORKERS = 16, 4
OLD_SECRET = "whsec_being_replaced"

Copy = tuple[bytes, str]


def top_up_and_refund(desk: Desk, customers: list[Organization], now: datetime) -> list[Any]:
    """Let each customer pay five top-ups over 25 dollars and get ten back of each; return the two events of each."""
    for organization in customers:
        for number in range(TOP_UPS_EACH):
            desk.press(buy(organization, now, key=f"{organization.slug}-{number}"))
            desk.refund(1_000)
    return desk.events("checkout.session.completed", "refund.created")


def shuffled_copies(events: list[Any], at: int) -> list[Copy]:
    """Return every copy with its signature, half of them by a secret that is being replaced, in a random order."""
    copies = [
        (body, sign(body, SECRET if number % 2 else OLD_SECRET, at))
        for body in map(encode, events)
        for number in range(COPIES)
    ]
    random.Random(250).shuffle(copies)
    return copies


def post_all(url: str, copies: list[Copy]) -> Counter[int]:
    """Post the copies one after the other over one connection; return how often each status was answered."""
    address = urlsplit(url)
    line = http.client.HTTPConnection(address.netloc, timeout=60)
    statuses: Counter[int] = Counter()
    for body, signature in copies:
        line.request("POST", "/webhooks/stripe", body, {"Stripe-Signature": signature})
        answer = line.getresponse()
        answer.read()
        statuses[answer.status] += 1
    line.close()
    return statuses


def work_until(is_over: Event, now: datetime) -> None:
    """Run the outbox's due messages again and again, as a worker does."""
    while not is_over.is_set():
        deliver_due(now)
        is_over.wait(0.05)
    connection.close()


def is_proved(command: str) -> bool:
    """Run a check command, which exits with an error if it finds a mismatch."""
    call_command(command, stdout=io.StringIO())
    return True


@pytest.mark.parametrize(
    ("size", "deliveries", "effects"), [(2, 400, 20), pytest.param(25, 5_000, 250, marks=pytest.mark.long)]
)
def test_leaves_one_effect_of_each_event(
    desk: Desk, live_server: Any, settings: Any, now: datetime, size: int, deliveries: int, effects: int
) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET, OLD_SECRET]
    customers = [create_organization(now, f"customer-{number}") for number in range(size)]
    events = top_up_and_refund(desk, customers, now)
    copies = shuffled_copies(events, int(now.timestamp()))
    assert (len(events), len(copies)) == (effects, deliveries)

    is_over = Event()
    with ThreadPoolExecutor(CONNECTIONS + WORKERS) as pool:
        workers = [pool.submit(work_until, is_over, now) for _ in range(WORKERS)]
        posts = [pool.submit(post_all, live_server.url, copies[number::CONNECTIONS]) for number in range(CONNECTIONS)]
        statuses = sum((post.result() for post in posts), Counter[int]())
        is_over.set()
        for worker in workers:
            worker.result()
    assert statuses == {200: deliveries}
    desk.run(now)
    desk.run(now + timedelta(hours=1))

    assert Counter(StripeEvent.objects.values_list("state", flat=True)) == {"handled": effects}
    assert Grant.objects.count() + Refund.objects.filter(state="succeeded").count() == effects
    assert Counter(CheckoutSession.objects.values_list("state", flat=True)) == {"paid": effects // 2}
    assert set(StripePayment.objects.values_list("amount_micros", "refunded_micros")) == {(25_000_000, 10_000_000)}
    for organization in customers:
        assert wallet_figures(organization, now).balance_micros == to_micros("75")
        assert compare_clearing(organization, now)
    assert all(is_proved(command) for command in ("check_ledger", "check_usage", "check_contracts"))
