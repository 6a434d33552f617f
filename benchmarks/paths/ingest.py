"""Ingestion over HTTP: 500 events and one event, against a database function that writes the same rows."""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import psycopg
from django.db import transaction
from django.utils import timezone

from apps.pricing.models import Meter, PriceVersion
from apps.pricing.services import PriceSlot, PriceTerms, define_meter, list_price_book, set_price
from apps.pricing.token_kinds import DETAILS, KINDS
from apps.usage.services import make_partitions
from apps.usage.services.locks import lock_organizations
from apps.wallets.accounts import Role
from benchmarks.customers import Customer, Customers
from benchmarks.kit.bench import Bench
from benchmarks.kit.client import Connection, request
from benchmarks.kit.rounds import MeasuredCall, take_turns
from benchmarks.kit.table import Measurement
from benchmarks.paths.movements import SQL, OwnCalls

BATCH = 500
MICROS_PER_MILLION = 2_000_000
Event = dict[str, Any]


def measure(bench: Bench) -> dict[str, Measurement]:
    """Measure batches, the same batches again, and single events."""
    calls = max(2, bench.scale.calls // 10)
    most = calls * (bench.scale.rounds + 1)
    make_partitions(now=timezone.now())
    meter = priced_meter()
    meter_of_calls()
    raw, ours, one, caller = (
        Customers(slug, 1).next() for slug in ("ingest-raw", "ingest", "ingest-one", "ingest-calls")
    )
    connection, product = bench.product.connect(), bench.place.work_of(bench.product)
    raw_batches = [list(events(f"raw-{number}", BATCH)) for number in range(most)]
    batches = [sent(ours, events(f"batch-{number}", BATCH)) for number in range(most)]
    singles = iter([sent(one, events(f"single-{number}", 1)) for number in range(most)])
    first, again = iter(batches), iter(batches)
    calls_of_models = iter([sent(caller, model_calls(f"call-{number}", BATCH)) for number in range(most)])
    holders = OwnCalls(connection, Customers("ingest-hold"))
    ways = {
        "raw": MeasuredCall(raw_call(bench.raw, raw, meter, raw_batches), bench.place.own_work()),
        "ingest of 500": MeasuredCall(lambda: _taken(connection, next(first), accepted=BATCH), product),
        "again": MeasuredCall(lambda: _taken(connection, next(again), accepted=0), product),
        "calls": MeasuredCall(lambda: _taken(connection, next(calls_of_models), accepted=BATCH), product),
        "ingest of one": MeasuredCall(lambda: _taken(connection, next(singles), accepted=1), product),
        "hold": MeasuredCall(lambda: holders.hold(holders.customers.next()), product),
    }
    rounds = take_turns(ways, rounds=bench.scale.rounds, calls=calls)

    def ratio(of: str, to: str) -> Measurement:
        figure = rounds.median(lambda costs: costs[of].processor_ms / costs[to].processor_ms)
        return Measurement(figure, details=rounds.details(of, to))

    return {
        "ingest of 500": ratio("raw", "ingest of 500"),
        "ingest of 500, repeated": ratio("ingest of 500", "again"),
        "ingest of 500 calls": ratio("calls", "ingest of 500"),
        "ingest of one": ratio("ingest of one", "hold"),
    }


def priced_meter() -> Meter:
    """Make a meter of tokens with one price for all models, as of two months ago."""
    then = timezone.now() - timedelta(days=60)
    meter = define_meter(slug="ingested", name="Ingested", unit="token", kind="token", counts="tokens", now=then)
    terms = PriceTerms(scheme="per_token", micros_per_million=MICROS_PER_MILLION)
    slot = PriceSlot(book=list_price_book(currency="USD", now=then), meter=meter, effective_from=then)
    set_price(slot=slot, terms=terms, created_by="benchmark", now=then)
    return meter


def meter_of_calls() -> Meter:
    """Make a meter of model calls with a price for every kind of token, as of two months ago."""
    then = timezone.now() - timedelta(days=60)
    meter = define_meter(slug="called", name="Called", unit="token", kind="token", counts="tokens", now=then)
    cells = [{"of": kind, "yoctos": str(number * 10**18)} for number, kind in enumerate(KINDS, start=1)]
    terms = PriceTerms(scheme="cells", cells={"cells": cells})
    slot = PriceSlot(book=list_price_book(currency="USD", now=then), meter=meter, effective_from=then)
    set_price(slot=slot, terms=terms, created_by="benchmark", now=then)
    return meter


def raw_call(
    connection: psycopg.Connection, who: Customer, meter: Meter, batches: Sequence[list[Event]]
) -> Callable[[], None]:
    """Return a call that ingests the next batch by the raw function; its text is prepared."""
    for file in ("movements.sql", "ingest.sql"):
        connection.execute((SQL / file).read_text(), prepare=False)
    with transaction.atomic():
        lock_organizations([who.id], now=timezone.now())  # which creates its row if there is none
    version = PriceVersion.objects.get(meter=meter)
    fixed = (who.id, meter.pk, version.pk, MICROS_PER_MILLION, who.accounts[Role.WALLET], who.accounts[Role.REVENUE])
    texts = iter([(len(batch), json.dumps([{**event, **event["data"]} for event in batch])) for batch in batches])
    statement = f"SELECT benchmark_ingest({', '.join(['%s'] * 9)}, %s::json)"

    def take() -> None:
        count, text = next(texts)
        given = (*fixed, who.grant, uuid.uuid4(), timezone.now(), text)
        assert connection.execute(statement, given).fetchone() == (count,)

    return take


def sent(who: Customer, batch: Iterable[Event]) -> bytes:
    """Return the request of a batch."""
    kind = "application/cloudevents-batch+json"
    return request("POST", "/v1/usage/events", body=list(batch), headers=who.machine, content_type=kind)


def _taken(connection: Connection, sent: bytes, *, accepted: int) -> None:
    answer = json.loads(connection.ask(sent))
    assert answer["accepted"] == accepted, answer


def events(name: str, count: int) -> Iterator[Event]:
    """Create current events whose ids begin with a name."""
    time = timezone.now().replace(microsecond=0, second=0).isoformat()
    for number in range(count):
        yield {
            "specversion": "1.0",
            "id": f"{name}-{number}",
            "source": "benchmark",
            "type": "ingested",
            "time": time,
            "data": {
                "model": ("large", "small")[number % 2],
                "session": f"s{number % 20}",
                "input_tokens": 1_000 + number,
                "output_tokens": 100 + number,
            },
        }


def model_calls(name: str, count: int) -> Iterator[Event]:
    """Create calls of models with every kind of token, by a table with a price for each of them."""
    for number, event in enumerate(events(name, count)):
        details = {f"{kind}_tokens": 1 + number % 7 for kind in DETAILS}
        yield {**event, "type": "called", "data": {**event["data"], **details}}
