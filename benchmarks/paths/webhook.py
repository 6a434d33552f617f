"""Stripe's events of paid top-ups: stored over HTTP and then applied, against functions that write the same rows.

The web server needs no broker; its broker address is unreachable. Celery's cost of handing an event to a worker is
excluded; the worker's part runs in this process.
"""

import copy
import hashlib
import hmac
import json
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.utils import timezone

from apps.payments import stripe_gateway
from apps.payments.handlers.dispatch import handle_event
from apps.payments.models import CheckoutSession, StripeCustomer, StripeEvent, StripePayment
from apps.wallets.accounts import Role
from benchmarks.customers import Customer, Customers
from benchmarks.kit.bench import Bench
from benchmarks.kit.client import Connection, request
from benchmarks.kit.database import ROOT, STRIPE_SECRET
from benchmarks.kit.rounds import Costs, MeasuredCall, take_turns
from benchmarks.kit.table import Measurement
from benchmarks.paths.movements import SQL, found_share

TEMPLATE = ROOT / "tests" / "payments" / "events" / "checkout.session.completed.json"
CENTS = 2_500
MICROS = CENTS * 10_000
CONNECTIONS = 4


@dataclass(frozen=True, slots=True)
class TopUp:
    """An open top-up and the event of its payment."""

    who: Customer
    session: CheckoutSession
    event_id: str
    body: bytes


def measure(bench: Bench) -> dict[str, Measurement]:
    """Measure storing and applying in turns, and then the answers to concurrent deliveries."""
    most = bench.scale.calls * (bench.scale.rounds + 1)
    raw, ours = top_ups("webhook-raw", most), top_ups("webhook", most)
    taken, applied, raw_taken, raw_applied = iter(ours), iter(ours), iter(raw), iter(raw)
    take, settle = raw_calls(bench.raw)
    connection = bench.product.connect()
    ways = {
        "empty": bench.bare_way(),
        "webhook taken, raw": MeasuredCall(lambda: take(next(raw_taken)), bench.place.own_work()),
        "settling, raw": MeasuredCall(lambda: settle(next(raw_applied)), bench.place.own_work()),
        "webhook taken": MeasuredCall(
            lambda: deliver_event(connection, next(taken).body), bench.place.work_of(bench.product)
        ),
        "settling": MeasuredCall(
            lambda: handle_event(event_id=next(applied).event_id, now=timezone.now()), bench.place.own_work()
        ),
    }
    rounds = take_turns(ways, rounds=bench.scale.rounds, calls=bench.scale.calls)
    states = set(StripeEvent.objects.filter(event_id__startswith="evt_webhook").values_list("state", flat=True))
    assert states == {StripeEvent.State.HANDLED}, states

    def share(costs: Costs) -> float:
        least = sum(costs[name].processor_ms for name in ("empty", "webhook taken, raw", "settling, raw"))
        return least / (costs["webhook taken"].processor_ms + costs["settling"].processor_ms)

    return {
        "webhook taken": found_share(rounds, "webhook taken"),
        "top-up settled": Measurement(rounds.median(share), details=rounds.details()),
        "webhook without broker": _answers(bench),
    }


def _answers(bench: Bench) -> Measurement:
    """Deliver events over some connections concurrently."""
    each = max(50, 3 * bench.scale.calls)

    def deliver(number: int) -> list[float]:
        connection, times = bench.product.connect(), []
        for count in range(each):
            event = _event(f"evt_answers_{number}_{count}", id=f"cs_answers_{number}_{count}", metadata={})
            started = time.perf_counter()
            deliver_event(connection, event)
            times.append((time.perf_counter() - started) * 1_000)
        return times

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        times = [took for part in pool.map(deliver, range(CONNECTIONS)) for took in part]
    return Measurement(statistics.quantiles(times, n=100)[98], details={"medianMs": round(statistics.median(times), 2)})


def top_ups(slug: str, count: int) -> list[TopUp]:
    """Create open top-ups, each with its payment as reported by the payment's own events."""
    customers = Customers(slug)
    now = customers.now
    for who in customers.made:
        StripeCustomer.objects.create(
            organization=who.organization, stripe_id=f"cus_{who.organization.slug}", livemode=False, created_at=now
        )
    made = []
    for number in range(count):
        who = customers.next()
        session = CheckoutSession(
            organization=who.organization,
            purpose=CheckoutSession.Purpose.TOP_UP,
            amount_micros=MICROS,
            currency="USD",
            state=CheckoutSession.State.OPEN,
            stripe_id=f"cs_{slug}_{number}",
            customer_id=f"cus_{who.organization.slug}",
            created_by="benchmark",
            created_at=now,
            updated_at=now,
        )
        metadata = {"reference": session.reference, "organization": str(who.id)}
        event_id = f"evt_{slug.replace('-', '_')}_{number}"
        about = {"id": session.stripe_id, "customer": session.customer_id, "payment_intent": f"pi_{slug}_{number}"}
        made.append(TopUp(who, session, event_id, _event(event_id, metadata=metadata, **about)))
    CheckoutSession.objects.bulk_create(each.session for each in made)
    StripePayment.objects.bulk_create(
        StripePayment(
            organization=each.who.organization,
            key=each.session.reference,
            payment_intent_id=f"pi_{slug}_{number}",
            amount_micros=MICROS,
            currency="USD",
            checkout=each.session,
            created_at=now,
        )
        for number, each in enumerate(made)
    )
    return made


def _event(event_id: str, **about: Any) -> bytes:
    event = copy.deepcopy(_TEMPLATE)
    event |= {"id": event_id, "api_version": stripe_gateway.API_VERSION, "created": int(time.time())}
    event["data"]["object"] |= {"amount_total": CENTS, "amount_subtotal": CENTS, "currency": "usd", **about}
    return json.dumps(event).encode()


def deliver_event(connection: Connection, body: bytes) -> None:
    """Deliver an event with a current signature, as Stripe does."""
    stamp = str(int(time.time()))
    signature = hmac.new(STRIPE_SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"Stripe-Signature": f"t={stamp},v1={signature}"}
    connection.ask(request("POST", "/webhooks/stripe", body=body, headers=headers))


def raw_calls(connection: psycopg.Connection) -> tuple[Callable[[TopUp], object], Callable[[TopUp], object]]:
    """Return the calls that store and apply an event by the raw functions."""
    for file in ("movements.sql", "webhook.sql"):
        connection.execute((SQL / file).read_text(), prepare=False)

    def take(given: TopUp) -> object:
        values = (given.event_id, given.session.stripe_id, stripe_gateway.API_VERSION, given.body.decode())
        return connection.execute("SELECT benchmark_take(%s, %s, %s, %s, %s)", (*values, timezone.now()))

    def settle(given: TopUp) -> object:
        who = given.who
        accounts = (who.accounts[Role.CASH], who.accounts[Role.WALLET])
        values = (given.event_id, given.session.pk, who.id, *accounts, MICROS, timezone.now())
        return connection.execute("SELECT benchmark_settle(%s, %s, %s, %s, %s, %s, %s)", values)

    return take, settle


_TEMPLATE: dict[str, Any] = json.loads(Path(TEMPLATE).read_text())
