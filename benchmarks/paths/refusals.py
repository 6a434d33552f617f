"""Tests whether the time of a refusal distinguishes an unknown API key from a known one with a wrong secret.

Both kinds are sent in random order; the samples are compared by the Mann-Whitney test. Unless the p-value is small, the
times reveal nothing.
"""

import math
import random
import time

from django.utils import timezone

from apps.tenants import key_text
from apps.tenants.services import provision_organization
from benchmarks.customers import key_headers
from benchmarks.kit.bench import Bench
from benchmarks.kit.client import request
from benchmarks.kit.table import Measurement

WARM_UP = 100
KINDS = ("unknown prefix", "wrong secret")


def measure(bench: Bench) -> dict[str, Measurement]:
    """Measure refusals."""
    organization = provision_organization(name="Refused", slug="refused", now=timezone.now())
    known = key_headers(organization)["Authorization"].removeprefix("Bearer ")
    connection, order = bench.product.connect(), random.Random(1)
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for number in range(bench.scale.refusals + WARM_UP):
        kind, other = order.choice(KINDS), key_text.new_key(live=False).text
        secret = other[-key_text.SECRET_LENGTH :]
        text = other if kind == "unknown prefix" else known[: -key_text.SECRET_LENGTH] + secret
        sent = request("GET", "/v1/organization", headers={"Authorization": f"Bearer {text}"})
        started = time.perf_counter()
        connection.ask(sent, status=401)
        took = time.perf_counter() - started
        if number >= WARM_UP:
            times[kind].append(took)
    return {"refused key": Measurement(mann_whitney(*times.values()), details={"calls": bench.scale.refusals})}


def mann_whitney(first: list[float], second: list[float]) -> float:
    """Return the two-sided p-value that both samples come from one distribution, by the normal approximation."""
    ranked = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
    rank_sum = sum(rank for rank, (_, which) in enumerate(ranked, 1) if which == 0)
    n, m = len(first), len(second)
    u = rank_sum - n * (n + 1) / 2
    z = (u - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(z) / math.sqrt(2))
