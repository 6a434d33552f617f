"""Time and memory to generate and download a batch of 100,000 codes."""

import json

from benchmarks.kit.bench import Bench
from benchmarks.kit.table import Measurement

EACH = 100_000


def measure(bench: Bench) -> dict[str, Measurement]:
    """Measure one batch."""
    count = bench.scale.codes
    took = json.loads(bench.place.run("benchmarks.code_batch", count).splitlines()[-1])
    return {
        "codes made": Measurement(
            took["seconds"] * EACH / count,
            details={"codes": count, "downloadSeconds": round(took["downloadSeconds"], 2)},
        ),
        "codes' memory": Measurement(took["megabytes"], is_judged=not bench.scale.is_quick),
    }
