"""The billing summary and other reads over HTTP, against an empty view plus their statements; credentials."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db import connection
from django.test import Client

from benchmarks.kit.bench import Bench
from benchmarks.kit.client import request
from benchmarks.kit.rounds import MeasuredCall, take_turns
from benchmarks.kit.table import Measurement
from benchmarks.paths.movements import found_share
from benchmarks.sized_organizations import SizedOrganization

SUMMARY = "/v1/billing/organization/summary"
READS = {
    "summary": ("machine", SUMMARY),
    "ledger page": ("person", "/api/v1/org/ledger?days=365&limit=50"),
    "profile": ("person", "/api/v1/org/billing"),
    "usage of a month": ("person", "/api/v1/org/usage-summary?days=30"),
    "unit usage": ("header", "/api/v1/account/organization/usage"),
}


def measure(bench: Bench) -> dict[str, Measurement]:
    """Measure the summary, and other reads without a goal."""
    grown, client = SizedOrganization.of(bench.scale.small, bench.scale.days), bench.product.connect()
    ways = {"empty": bench.bare_way()}
    for name, (credential, path) in READS.items():
        ways[f"{name}, raw"] = MeasuredCall(_one_statement(bench, grown, credential, path), bench.place.own_work())
        ways[name] = MeasuredCall(
            partial(client.ask, grown.request(credential, path)), bench.place.work_of(bench.product)
        )
    rounds = take_turns(ways, rounds=bench.scale.rounds, calls=bench.scale.calls)
    views = rounds.median(lambda costs: costs["summary"].processor_ms / costs["empty"].processor_ms)
    return {**{name: found_share(rounds, name) for name in READS}, "summary, in views": Measurement(views)}


def measure_credentials(bench: Bench) -> dict[str, Measurement]:
    """Measure the overhead of our view base class over an empty view, and of verifying a credential."""
    grown, client = SizedOrganization.of(bench.scale.small, bench.scale.days), bench.product.connect()
    own = request("GET", "/v1/benchmark/own-empty")
    reading = request("GET", "/v1/benchmark/own-reading")
    key, session = (grown.request(kind, "/v1/benchmark/known-empty") for kind in ("machine", "person"))
    key_reads, session_reads = (grown.request(kind, "/v1/benchmark/known-reading") for kind in ("machine", "person"))
    product = bench.place.work_of(bench.product)
    ways = {
        "empty": bench.bare_way(),
        "own empty": MeasuredCall(lambda: client.ask(own), product),
        "API key": MeasuredCall(lambda: client.ask(key), product),
        "session token": MeasuredCall(lambda: client.ask(session), product),
        "own reading": MeasuredCall(lambda: client.ask(reading), product),
        "API key beside a read": MeasuredCall(lambda: client.ask(key_reads), product),
        "session token beside a read": MeasuredCall(lambda: client.ask(session_reads), product),
    }
    rounds = take_turns(ways, rounds=bench.scale.rounds, calls=bench.scale.cheap_calls)

    def added(name: str, to: str = "own empty") -> Measurement:
        return Measurement(rounds.median(lambda costs: costs[name].processor_ms - costs[to].processor_ms))

    views = rounds.median(lambda costs: costs["own empty"].processor_ms / costs["empty"].processor_ms)
    return {
        "empty view of ours": Measurement(views, details=rounds.details()),
        "API key": added("API key"),
        "session token": added("session token"),
        "API key beside a read": added("API key beside a read", "own reading"),
        "session token beside a read": added("session token beside a read", "own reading"),
    }


def _one_statement(bench: Bench, grown: SizedOrganization, credential: str, path: str) -> Callable[[], object]:
    """Return a call that runs the statements of a read as one prepared statement, each as a JSON list of rows."""
    client = Client(headers=grown.headers[credential])
    assert client.get(path).status_code == 200
    reads: list[tuple[str, Sequence[Any]]] = []

    def remember(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("SELECT", "WITH")):
            reads.append((sql, tuple(params or ())))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(remember):
        client.get(path)
    text = f"SELECT {', '.join(_as_list(bench, *read) for read in reads)}"
    values = [value for _, given in reads for value in given]
    return lambda: bench.raw.execute(text, values, prepare=True).fetchone()


def _as_list(bench: Bench, statement: str, values: Sequence[Any]) -> str:
    columns = bench.raw.execute(statement, values, prepare=False).description or []
    names = ", ".join(f"c{number}" for number in range(len(columns)))
    return f"(SELECT json_agg(x) FROM ({statement}) AS x({names}))"
