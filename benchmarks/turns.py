"""Ways of doing the same thing that take turns, so that what else the machine does falls on all of them alike."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.processor import Meter

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one call of a way took, in milliseconds: the median on the clock, the mean of the processor's."""

    wall: float
    processor: float


def take_turns(ways: Mapping[str, Work], *, rounds: int, each: int = 5) -> dict[str, Cost]:
    """Call every way `each` times a round, in turns; the first round warms up and is not counted."""
    meter = Meter()
    walls: dict[str, list[float]] = {name: [] for name in ways}
    used: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, work in ways.items():
            before, started = meter.seconds(), time.perf_counter()
            for _ in range(each):
                work()
            if number:
                walls[name].append((time.perf_counter() - started) / each * 1_000)
                used[name].append((meter.seconds() - before) / each * 1_000)
    return {name: Cost(statistics.median(walls[name]), statistics.mean(used[name])) for name in ways}
