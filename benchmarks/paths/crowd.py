"""Concurrent reservations over HTTP, against as many concurrent calls of the raw function.

Callers either have separate organizations, or all the same one: then the book's lock makes them serial. Raw calls wait
for each other's commits; if a commit takes two milliseconds, as on a network disk, only calls that share a commit can
be faster.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from benchmarks.customers import Customers, prove
from benchmarks.kit.bench import Bench
from benchmarks.kit.database import THREADS
from benchmarks.kit.table import Measurement
from benchmarks.paths.movements import OwnCalls, RawCalls

SLOW_MICROSECONDS = 2_000
Call = Callable[[], object]


def measure(bench: Bench) -> dict[str, Measurement]:
    """Measure with normal commits, and with slow ones."""
    raw, ours = Customers("crowd-raw"), Customers("crowd")
    raw_calls = [RawCalls(bench.place.raw_connection(), raw) for _ in range(THREADS)]
    own_calls = [OwnCalls(bench.product.connect(), ours) for _ in range(THREADS)]
    spread_limits = [partial(each.hold, raw.made[number]) for number, each in enumerate(raw_calls)]
    spread_holds = [partial(each.hold, ours.made[number]) for number, each in enumerate(own_calls)]

    def hot(number: int) -> tuple[list[Call], list[Call]]:
        """Return calls for one organization, another one each round: it may have 10,000 pending reservations."""
        place = number % len(ours.made)
        limits: list[Call] = [partial(each.hold, raw.made[place]) for each in raw_calls]
        return limits, [partial(each.hold, ours.made[place]) for each in own_calls]

    found = {"spread": _compared(bench, lambda _: (spread_limits, spread_holds))}
    found |= {"hot organization": _compared(bench, hot)}
    bench.place.set_commit_delay(SLOW_MICROSECONDS)
    try:
        found["hot, commit of 2 ms"] = _compared(bench, hot)
    finally:
        bench.place.set_commit_delay(0)
    for each in raw_calls:
        each.connection.close()
    prove(ours)
    return found


def _compared(bench: Bench, calls_of: Callable[[int], tuple[Sequence[Call], Sequence[Call]]]) -> Measurement:
    """Compare the limit's and our calls a second; `calls_of` returns the calls of a round, counted from 0."""
    rounds = [calls_of(number) for number in range(bench.scale.rounds + 1)]
    pairs = [
        (_calls_a_second(raw, bench.scale.seconds), _calls_a_second(ours, bench.scale.seconds)) for raw, ours in rounds
    ][1:]
    rates = [round(statistics.median(each), 1) for each in zip(*pairs, strict=True)]
    figure = statistics.median(own / limit for limit, own in pairs)
    return Measurement(figure, details={"rawCallsASecond": rates[0], "ownCallsASecond": rates[1], "callers": THREADS})


def _calls_a_second(calls: Sequence[Call], seconds: float) -> float:
    end = time.perf_counter() + seconds

    def keep_calling(call: Call) -> int:
        count = 0
        while time.perf_counter() < end:
            call()
            count += 1
        return count

    started = time.perf_counter()
    with ThreadPoolExecutor(len(calls)) as pool:
        count = sum(pool.map(keep_calling, calls))
    return count / (time.perf_counter() - started)
