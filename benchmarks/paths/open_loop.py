"""Reservations at a fixed rate, whether or not earlier ones were answered, against an empty view at the same rate.

A call's time is counted from the moment it was due, so that time spent waiting for a slow call before it is included.
Each organization has eight budgets that apply to its calls. The web server has a process for each core, as a server for
such a rate would.
"""

import os
from collections.abc import Callable
from datetime import date
from itertools import cycle
from uuid import uuid4

from apps.tenants.models import ApiKey, Organization
from apps.tenants.services import issue_api_key
from apps.usage.services import put_budget
from apps.wallets.budgets.scopes import scope_of
from apps.wallets.budgets.state import DAY, HARD, MONTH, BudgetState
from benchmarks.customers import Customers, prove
from benchmarks.kit.bench import EMPTY, Bench
from benchmarks.kit.client import request
from benchmarks.kit.database import Server
from benchmarks.kit.pacing import send_paced
from benchmarks.kit.table import Measurement

RATE = 300
SECONDS_FOR_EACH = 4  # a round takes this many times `Scale.seconds` for each way
CONNECTIONS = 48
UNIT = 1_000_000
DIMENSIONS = {"project": "p", "user": "u", "agent": "a", "tag": "t"}
SCOPES = [{}, *({name: value} for name, value in DIMENSIONS.items())]
BUDGETS = [*((scope, DAY) for scope in SCOPES), *((scope, MONTH) for scope in SCOPES[:3])]


def measure(bench: Bench) -> dict[str, Measurement]:
    """Measure in one long round after a warm-up, because percentiles of a short one vary too much."""
    customers = Customers("open-loop")
    keys = [_prepared(each.organization) for each in customers.made]
    sent = (_reservation(each, customers.key()) for each in cycle(keys))
    count = max(1, round(RATE * bench.scale.seconds * SECONDS_FOR_EACH))
    served = {**bench.place.environment, "WEB_WORKERS": str(os.cpu_count() or 1), "WEB_THREADS": "4"}
    with bench.place.bare(served) as empty_view, bench.place.product(served) as product:
        ways: list[tuple[Server, Callable[[], bytes], int]] = [
            (empty_view, lambda: EMPTY, 200),
            (product, lambda: next(sent), 201),
        ]
        for way in ways:
            _milliseconds(*way, count // 4 + 1)
        (bare, _), (ours, late) = (_milliseconds(*way, count) for way in ways)
    prove(customers)
    details = {
        "calls": count,
        "callsASecond": RATE,
        "halfMs": round(_percentile(ours, 50), 2),
        "bareHalfMs": round(_percentile(bare, 50), 2),
        "bareMs": round(_percentile(bare, 99), 2),
        "sentLateMs": round(_percentile(late, 99), 2),
    }
    slow, empty = _percentile(ours, 99), _percentile(bare, 99)
    return {
        "reservations at 300/s": Measurement(slow, is_judged=not bench.scale.is_quick, details=details),
        "reservations at 300/s, in views": Measurement(slow / empty, is_judged=not bench.scale.is_quick),
    }


def _prepared(organization: Organization) -> dict[str, str]:
    """Set the budgets of an organization, and return the headers of a call that reserves."""
    now = organization.created_at
    for scope, period in BUDGETS:
        budget = BudgetState(
            id=uuid4(),
            slug=f"{period}-{'-'.join(scope) or 'all'}",
            name="",
            scope=scope_of(scope),
            period=period,
            limit_micros=UNIT * 10**6,
            mode=HARD,
            thresholds=(100,),
            counts_from=date.min,
            set_by="customer",
            created_by="benchmark",
        )
        put_budget(organization=organization, budget=budget, now=now)
    scopes = [ApiKey.Scope.RESERVATIONS_WRITE]
    issued = issue_api_key(organization=organization, name="loop", scopes=scopes, created_by="benchmark", now=now)
    return {"Authorization": f"Bearer {issued.text}"}


def _reservation(headers: dict[str, str], key: str) -> bytes:
    body = {"amount": "0.01", "dimensions": DIMENSIONS}
    return request("POST", "/v1/billing/reservations", body=body, headers={**headers, "Idempotency-Key": key})


def _milliseconds(
    server: Server, make: Callable[[], bytes], status: int, count: int
) -> tuple[list[float], list[float]]:
    """Send calls at the rate; return how long after it was due each was answered, and how late each was sent.

    Both are sorted. A call is sent late if no connection is idle, or if this process waits for a processor.
    """
    calls = send_paced(
        server.port, [make() for _ in range(count)], calls_a_second=RATE, connections=CONNECTIONS, status=status
    )
    return sorted(each.answered_ms for each in calls), sorted(each.late_ms for each in calls)


def _percentile(times: list[float], percent: int) -> float:
    return times[min(len(times) - 1, len(times) * percent // 100)]
