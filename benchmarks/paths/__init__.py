"""The measured paths, one module each; its `measure` returns the results by their names in the table."""

from collections.abc import Callable, Mapping

from benchmarks.kit.bench import Bench
from benchmarks.kit.table import Measurement
from benchmarks.paths import (
    codes,
    crowd,
    ingest,
    lists,
    memory,
    month,
    movements,
    open_loop,
    reads,
    refusals,
    slow_bodies,
    summary,
    webhook,
)

Measure = Callable[[Bench], Mapping[str, Measurement]]
MEASURES: Mapping[str, Measure] = {
    "movements": movements.measure,
    "ingest": ingest.measure,
    "webhook": webhook.measure,
    "summary": summary.measure,
    "credentials": summary.measure_credentials,
    "crowd": crowd.measure,
    "open_loop": open_loop.measure,
    "month": month.measure,
    "reads": reads.measure,
    "lists": lists.measure,
    "memory": memory.measure,
    "refusals": refusals.measure,
    "slow_bodies": slow_bodies.measure,
    "codes": codes.measure,
}
