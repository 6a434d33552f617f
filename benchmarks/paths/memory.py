"""The memory of a web worker, against one with only Django and REST framework, and its growth with use."""

from collections.abc import Iterator

from benchmarks.customers import Customers
from benchmarks.kit.bench import EMPTY, Bench
from benchmarks.kit.client import Connection, request
from benchmarks.kit.database import Server
from benchmarks.kit.processor import memory_megabytes
from benchmarks.kit.table import Measurement
from benchmarks.paths.movements import OwnCalls
from benchmarks.paths.summary import SUMMARY
from benchmarks.sized_organizations import SizedOrganization

EACH = 100_000


def measure(bench: Bench) -> dict[str, Measurement]:
    """Measure two fresh servers after the same number of requests, and ours again after many more."""
    with bench.place.bare() as bare, bench.place.product() as product:
        connection, warm_up = bare.connect(), max(min(500, bench.scale.requests), bench.scale.requests // 6)
        for _ in range(warm_up):
            connection.ask(EMPTY)
        use = _use(bench, product.connect())
        for _ in range(warm_up):
            next(use)
        least, before = worker_megabytes(bare), worker_megabytes(product)
        for _ in range(bench.scale.requests):
            next(use)
        grown = (worker_megabytes(product) - before) * EACH / bench.scale.requests
    details = {"megabytes": round(before, 1), "bareMegabytes": round(least, 1), "requests": bench.scale.requests}
    return {
        "worker memory": Measurement(before / least, details=details),
        "worker growth": Measurement(grown, is_judged=not bench.scale.is_quick),
    }


def worker_megabytes(server: Server) -> float:
    """Return the memory of a server's worker, without its supervisor's."""
    return max(memory_megabytes([process]) for process in server.tree.processes())


def _use(bench: Bench, connection: Connection) -> Iterator[bytes]:
    """Yield requests of every kind, without end."""
    grown, calls = SizedOrganization.of(bench.scale.small, bench.scale.days), OwnCalls(connection, Customers("memory"))
    reads = [
        grown.request("machine", SUMMARY),
        grown.request("person", "/api/v1/org/ledger?days=365&limit=50"),
        grown.request("machine", "/v1/organization"),
    ]
    stranger = request("GET", "/v1/organization", headers={"Authorization": "Bearer nobody"})
    while True:
        for sent in reads:
            yield connection.ask(sent)
        yield calls.hold(calls.customers.next())
        yield connection.ask(stranger, status=401)
