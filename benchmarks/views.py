"""What a request costs beside an empty view, and beside the least that its statements cost.

    python -m benchmarks.views [--size 10000] [--rounds 20]

Requests are put to the application in this process as a web server puts them, and take turns with an empty view of
Django REST framework alone and with each request's own statements, run bare on the same connection. "of limit" is what
the empty view and the bare statements together take, as a share of the request; CPU is the processor's time, Python's
and the database's, also as a multiple of the empty view's.
"""

import argparse
from collections.abc import Callable

from benchmarks.environment import prepare

GOAL = 0.5
READS = {
    "empty, our middleware": ("", "/benchmark/own-empty"),
    "empty, session token": ("person", "/benchmark/known-empty"),
    "empty, API key": ("machine", "/benchmark/known-empty"),
    "billing summary": ("machine", "/v1/billing/organization/summary"),
    "summary, nothing listed": ("machine", "/v1/billing/organization/summary?activityLimit=1"),
    "profile": ("person", "/api/v1/org/billing"),
    "ledger, a page of 50": ("person", "/api/v1/org/ledger?days=365&limit=50"),
    "usage summary, a month": ("person", "/api/v1/org/usage-summary?days=30"),
    "unit usage": ("header", "/api/v1/account/organization/usage"),
    "organization": ("machine", "/v1/organization"),
}
Call = Callable[[], object]


def main() -> None:
    asked = _arguments()
    prepare()
    from django.core.handlers.wsgi import WSGIHandler

    from benchmarks.callers import Caller
    from benchmarks.empty import empty_request, request_of
    from benchmarks.turns import take_turns

    caller, application = Caller.of(asked.size), WSGIHandler()
    ways: dict[str, Call] = {"": empty_request()}
    for name, (credential, url) in READS.items():
        ways[name] = request_of(application, url, **(caller.headers(credential) if credential else {}))
        ways[f"{name}, bare"] = _bare(ways[name])
    costs = take_turns(ways, rounds=asked.rounds)
    empty = costs[""]
    print(f"\nempty view {empty.wall:.2f} ms, {empty.processor:.2f} ms CPU")
    print(f"\n{'request':26}{'ms':>7}{'bare ms':>9}{'of limit':>10}{'CPU ms':>8}{'x empty':>9}")
    for name in READS:
        cost, bare = costs[name], costs[f"{name}, bare"]
        share, times = (empty.wall + bare.wall) / cost.wall, cost.processor / empty.processor
        verdict = "" if share >= GOAL else "  below the goal"
        print(f"{name:26}{cost.wall:7.2f}{bare.wall:9.2f}{share:10.2f}{cost.processor:8.2f}{times:9.1f}{verdict}")


def _bare(call: Call) -> Call:
    """Return what runs a request's statements without the request."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    call()
    with CaptureQueriesContext(connection) as captured:
        call()
    statements = [query["sql"] for query in captured]

    def run() -> None:
        for statement in statements:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                cursor.fetchall()

    return run


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=20)
    return parser.parse_args()


if __name__ == "__main__":
    main()
