"""Alternate between ways of doing the same thing, so that other load on the machine affects all of them equally."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.kit.processor import Clock
from benchmarks.kit.table import Measurement

Costs = Mapping[str, "Cost"]


@dataclass(frozen=True, slots=True)
class MeasuredCall:
    """A call, and the clock of the processes that do its work."""

    call: Callable[[], object]
    clock: Clock


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of one call, in milliseconds."""

    wall_ms: float
    processor_ms: float


@dataclass(frozen=True, slots=True)
class Rounds:
    """The costs of every way, by round."""

    costs: tuple[Costs, ...]

    def median(self, figure: Callable[[Costs], float]) -> float:
        """Return the median over the rounds of a figure computed from one round's costs."""
        return statistics.median(figure(costs) for costs in self.costs)

    def cost(self, name: str) -> Cost:
        """Return the medians of one way."""
        costs = [each[name] for each in self.costs]
        return Cost(
            statistics.median(cost.wall_ms for cost in costs), statistics.median(cost.processor_ms for cost in costs)
        )

    def details(self, *names: str) -> dict[str, dict[str, float]]:
        """Return the medians of the named ways for the JSON; by default of all ways."""
        medians = {name: self.cost(name) for name in names or self.costs[0]}
        return {
            name: {"processorMs": round(cost.processor_ms, 4), "wallMs": round(cost.wall_ms, 4)}
            for name, cost in medians.items()
        }


def take_turns(ways: Mapping[str, MeasuredCall], *, rounds: int, calls: int) -> Rounds:
    """Call every way `calls` times per round, in turns; an uncounted round warms up first."""
    return Rounds(tuple(_round(ways, calls) for _ in range(rounds + 1))[1:])


def _round(ways: Mapping[str, MeasuredCall], calls: int) -> Costs:
    return {name: _cost(way, calls) for name, way in ways.items()}


def _cost(way: MeasuredCall, calls: int) -> Cost:
    before = way.clock.seconds()
    used, started = way.clock.seconds(), time.perf_counter()
    reading = used - before  # the time of reading the clock itself, which the measured time includes once
    for _ in range(calls):
        way.call()
    wall, processor = time.perf_counter() - started, max(1e-9, way.clock.seconds() - used - reading)
    return Cost(wall / calls * 1_000, processor / calls * 1_000)


def compare_sizes(small: MeasuredCall, large: MeasuredCall, *, rounds: int, calls: int) -> Rounds:
    """Measure a read at both sizes."""
    return take_turns({"small": small, "large": large}, rounds=rounds, calls=calls)


def worst(reads: Mapping[str, Rounds]) -> Measurement:
    """Return the largest ratio of some reads by name, with all of them in the details."""
    ratios = {
        name: rounds.median(lambda costs: costs["large"].processor_ms / costs["small"].processor_ms)
        for name, rounds in reads.items()
    }
    name = max(ratios, key=lambda each: ratios[each])
    details = {each: {"ratio": round(ratios[each], 3), **rounds.details()} for each, rounds in reads.items()}
    return Measurement(ratios[name], name, details=details)
