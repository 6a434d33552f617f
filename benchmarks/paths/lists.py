"""The cost of staff's lists over a million rows of each kind, against the same lists over ten thousand.

Each size has its own database and web server, without a cache.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial

from benchmarks.kit.bench import Bench
from benchmarks.kit.client import Connection, request
from benchmarks.kit.processor import Clock
from benchmarks.kit.rounds import MeasuredCall, Rounds, compare_sizes, worst
from benchmarks.kit.table import Measurement


@dataclass(frozen=True, slots=True)
class StaffPages:
    """The back office at one size: the requests of a signed-in person, by page."""

    connection: Connection
    clock: Clock
    pages: Mapping[str, bytes]

    def way(self, page: str) -> MeasuredCall:
        """Return the call that opens a page."""
        return MeasuredCall(partial(self.connection.ask, self.pages[page]), self.clock)


def measure(bench: Bench) -> dict[str, Measurement]:
    """Measure all pages."""
    with ExitStack() as opened:
        small, large = (opened.enter_context(_office(bench, size)) for size in (bench.scale.small, bench.scale.large))
        pages = list(small.pages)[:: 5 if bench.scale.is_quick else 1]
        return {"lists": worst({page: _compared(bench, small, large, page) for page in pages})}


def _compared(bench: Bench, small: StaffPages, large: StaffPages, page: str) -> Rounds:
    calls = max(1, bench.scale.calls // 50)
    return compare_sizes(small.way(page), large.way(page), rounds=bench.scale.rounds, calls=calls)


@contextmanager
def _office(bench: Bench, size: int) -> Iterator[StaffPages]:
    environment = bench.place.make_database(f"rows_{size}")
    grown = json.loads(bench.place.run("benchmarks.rows", size, environment=environment).splitlines()[-1])
    headers = {"Cookie": grown["cookies"]}
    pages = {name: request("GET", path, headers=headers) for name, path in grown["pages"].items()}
    with bench.place.product({**environment, "CACHE_URL": "dummycache://"}) as server:
        yield StaffPages(server.connect(), bench.place.work_of(server), pages)
