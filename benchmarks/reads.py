"""What a read costs an organization with a million entries and events, against one with ten thousand.

    python -m benchmarks.reads [--small 10000] [--large 1000000] [--rounds 20]

Requests run in this process through the whole of Django; the sizes take turns. The goal is a ratio of at most 1.15 in
processor time. Growing a million of each takes some minutes; BENCHMARK_DATABASE_URL keeps the database for another run.
"""

import argparse
import statistics
import time
from collections.abc import Callable

from benchmarks.environment import prepare

GOAL = 1.15
EACH = 10
READS = {
    "billing summary": ("machine", "/v1/billing/organization/summary"),
    "ledger, first page of 50": ("person", "/api/v1/org/ledger?days=365&limit=50"),
    "ledger, page in the middle": ("person", "/api/v1/org/ledger?days=365&limit=50&cursor={middle}"),
    "usage summary, a year": ("person", "/api/v1/org/usage-summary?days=365"),
    "usage summary, a month": ("person", "/api/v1/org/usage-summary?days=30"),
    "events, a year": ("person", "/api/v1/org/events?days=365"),
    "service usage, a year": ("person", "/api/v1/org/service-usage?days=365"),
    "characters": ("person", "/api/v1/org/characters?days=365"),
    "model pricing": ("person", "/api/v1/org/model-pricing"),
    "profile": ("person", "/api/v1/org/billing"),
    "unit usage, a year": ("header", "/api/v1/account/organization/usage"),
}


def main() -> None:
    asked = _arguments()
    prepare()
    from django.core.management import call_command

    from benchmarks.callers import Caller
    from benchmarks.processor import Meter

    small, large = (Caller.of(size) for size in (asked.small, asked.large))
    call_command("check_ledger")
    meter = Meter()
    print(f"\n{'read':32}{'ms small':>10}{'ms large':>10}{'ratio':>8}{'p50 wall':>10}{'statements':>12}")
    for name, (credential, url) in READS.items():
        calls = [caller.call(credential, url) for caller in (small, large)]
        statements = [caller.statements(call) for caller, call in zip((small, large), calls, strict=True)]
        times, wall = _measure(calls, meter.seconds, asked.rounds)
        ratio = times[1] / times[0]
        verdict = "" if ratio <= GOAL else "  above the goal"
        counted = "/".join(map(str, statements))
        print(f"{name:32}{times[0]:10.2f}{times[1]:10.2f}{ratio:8.2f}{wall:10.2f}{counted:>12}{verdict}")


def _measure(calls: list[Callable[[], object]], seconds: Callable[[], float], rounds: int) -> tuple[list[float], float]:
    """Return each call's processor time in milliseconds, the median of interleaved rounds, and the last one's wall."""
    used: list[list[float]] = [[] for _ in calls]
    walls = []
    for call in calls:
        call()
    for _ in range(rounds):
        for number, call in enumerate(calls):
            before, started = seconds(), time.perf_counter()
            for _ in range(EACH):
                call()
            used[number].append((seconds() - before) / EACH * 1000)
            walls.append((time.perf_counter() - started) / EACH * 1000)
    return [statistics.mean(times) for times in used], statistics.median(walls[1::2])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=20)
    return parser.parse_args()


if __name__ == "__main__":
    main()
