"""One run: its place, its scale, and the two web servers that most paths share."""

from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property

import psycopg

from benchmarks.kit.client import request
from benchmarks.kit.database import BenchmarkDatabase, Server
from benchmarks.kit.rounds import MeasuredCall


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The scale of a run; `calls` is the number of calls of each way in each round."""

    is_quick: bool
    rounds: int = 5
    calls: int
    cheap_calls: int  # for cheap calls, which need more repetitions to show a difference
    seconds: float  # length of each way's turn in a round, where calls per second are counted
    small: int  # number of entries, and of events, of the smaller organization
    large: int
    days: int  # over which these are spread; few enough that the smaller one, too, has every kind on every day
    organizations: int  # number of organizations whose month is closed
    requests: int  # number of requests for the growth of a worker's memory
    refusals: int
    codes: int
    slow_connections: int


FULL = Scale(
    is_quick=False,
    calls=100,
    cheap_calls=500,
    seconds=3,
    small=10_000,
    large=1_000_000,
    days=360,
    organizations=2_000,
    requests=30_000,
    refusals=4_000,
    codes=100_000,
    slow_connections=1_000,
)
QUICK = Scale(
    is_quick=True,
    calls=15,
    cheap_calls=60,
    seconds=0.4,
    small=500,
    large=5_000,
    days=20,
    organizations=100,
    requests=1_000,
    refusals=300,
    codes=2_000,
    slow_connections=100,
)
SMOKE = Scale(
    is_quick=True,
    rounds=1,
    calls=1,
    cheap_calls=1,
    seconds=0.05,
    small=360,
    large=720,
    days=20,
    organizations=2,
    requests=8,
    refusals=4,
    codes=20,
    slow_connections=2,
)
EMPTY = request("GET", "/benchmark/empty")


class Bench:
    """The servers and connections that a path uses."""

    def __init__(self, place: BenchmarkDatabase, scale: Scale) -> None:
        self.place, self.scale = place, scale
        self._started = ExitStack()

    @cached_property
    def product(self) -> Server:
        """The product's web server."""
        return self._started.enter_context(self.place.product())

    @cached_property
    def bare(self) -> Server:
        """A web server with only an empty view."""
        return self._started.enter_context(self.place.bare())

    @cached_property
    def raw(self) -> psycopg.Connection:
        """A connection for raw functions."""
        return self._started.enter_context(self.place.raw_connection())

    def close(self) -> None:
        """Stop the servers."""
        self._started.close()

    def bare_way(self) -> MeasuredCall:
        """Return the lower bound of every request: an empty view of Django REST framework."""
        connection = self.bare.connect()
        return MeasuredCall(lambda: connection.ask(EMPTY), self.bare.tree)
