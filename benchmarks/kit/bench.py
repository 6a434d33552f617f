"""One run: where it happens, how much of everything it does, and the two web servers that most paths share."""

from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property

import psycopg

from benchmarks.kit.client import request
from benchmarks.kit.place import Place, Server
from benchmarks.kit.rounds import Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much a run does; `calls` are those of each way in each round."""

    is_quick: bool
    rounds: int = 5
    calls: int
    cheap_calls: int  # where a call costs next to nothing, so that more are needed to tell a difference
    seconds: float  # of each way in each round, where calls a second are counted
    small: int  # entries, and events, of an organization
    large: int
    organizations: int  # whose month is closed
    requests: int  # in which a worker's memory grows
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
    organizations=2_000,
    requests=100_000,
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
    organizations=2,
    requests=8,
    refusals=4,
    codes=20,
    slow_connections=2,
)
EMPTY = request("GET", "/benchmark/empty")


class Bench:
    """What a path measures with."""

    def __init__(self, place: Place, scale: Scale) -> None:
        self.place, self.scale = place, scale
        self._started = ExitStack()

    @cached_property
    def product(self) -> Server:
        """The product's web server."""
        return self._started.enter_context(self.place.product())

    @cached_property
    def bare(self) -> Server:
        """A web server with nothing but an empty view."""
        return self._started.enter_context(self.place.bare())

    @cached_property
    def raw(self) -> psycopg.Connection:
        """A connection for raw functions."""
        return self._started.enter_context(self.place.raw_connection())

    def close(self) -> None:
        """Stop the servers."""
        self._started.close()

    def bare_way(self) -> Way:
        """Return the floor under every request: an empty view of Django REST framework."""
        connection = self.bare.connect()
        return Way(lambda: connection.ask(EMPTY), self.bare.tree)
