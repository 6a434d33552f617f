"""Reservations by many at once, of one wallet and of many, against one database function for each.

    python -m benchmarks.crowd [--threads 8] [--calls 40] [--rounds 5]

Threads of this process, each with a connection of its own. One wallet's movements are serial by its lock, so that what
counts for it is how long the lock is held; across wallets Python's own lock is the limit, and a web server has more
processes for that.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from benchmarks.environment import prepare
from benchmarks.movements import Work, World, our_ways, raw_ways


def main() -> None:
    asked = _arguments()
    prepare()
    from django.core.management import call_command

    rates: dict[str, list[float]] = {}
    for customers in (1, 20):
        ways = {"raw": raw_ways(World(f"raw-{customers}", 0, customers))["reserve"]}
        ways["ours"] = our_ways(World(f"ours-{customers}", 0, customers))["reserve"]
        for _ in range(asked.rounds):
            for name, work in ways.items():
                rates.setdefault(f"{customers} {name}", []).append(_rate(work, asked.threads, asked.calls))
    print(f"\n{'wallets':>8}{'raw/s':>10}{'ours/s':>10}{'of raw':>9}")
    for customers in (1, 20):
        raw, ours = (statistics.median(rates[f"{customers} {name}"]) for name in ("raw", "ours"))
        print(f"{customers:8}{raw:10,.0f}{ours:10,.0f}{ours / raw:9.2f}")
    call_command("check_ledger")


def _rate(work: Work, threads: int, calls: int) -> float:
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda _: work(), range(threads)))  # every thread has its connection
        started = time.perf_counter()
        list(pool.map(lambda _: _often(work, calls), range(threads)))
        took = time.perf_counter() - started
        list(pool.map(lambda _: _hang_up(), range(threads)))
    return threads * calls / took


def _often(work: Callable[[], object], calls: int) -> None:
    for _ in range(calls):
        work()


def _hang_up() -> None:
    from django.db import connection

    connection.close()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--calls", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()
