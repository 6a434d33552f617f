"""Compare a read at two sizes, in turns: its cost over many rows as a multiple of its cost over few."""

from collections.abc import Mapping

from benchmarks.kit.rounds import Rounds, Way, take_turns
from benchmarks.kit.table import Found


def compare_sizes(small: Way, large: Way, *, rounds: int, calls: int) -> Rounds:
    """Measure a read at both sizes."""
    return take_turns({"small": small, "large": large}, rounds=rounds, calls=calls)


def worst(reads: Mapping[str, Rounds]) -> Found:
    """Return the largest ratio of some reads by name, with all of them in the details."""
    ratios = {
        name: rounds.median(lambda costs: costs["large"].processor_ms / costs["small"].processor_ms)
        for name, rounds in reads.items()
    }
    name = max(ratios, key=lambda each: ratios[each])
    details = {each: {"ratio": round(ratios[each], 3), **rounds.details()} for each, rounds in reads.items()}
    return Found(ratios[name], name, details=details)
