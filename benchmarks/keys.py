"""Whether the time of a refusal tells an unknown API key from a known one with a wrong secret.

    python -m benchmarks.keys [--calls 2000]

Both kinds take turns through the whole of Django; the two samples are compared by the Mann-Whitney test. The goal is a
p-value above 0.01: the times say nothing.
"""

import argparse
import math
import random
import sys
import time

from benchmarks.environment import prepare

GOAL = 0.01


def main() -> None:
    asked = _arguments()
    prepare()
    from django.test import Client
    from django.utils import timezone

    from apps.tenants import api_keys, services

    now = timezone.now()
    organization = services.provision_organization(name="Benchmark", slug="keys", now=now)
    known = services.issue_api_key(
        organization=organization, name="benchmark", scopes=["billing:read"], created_by="benchmark", now=now
    ).text
    client, order = Client(), random.Random(1)
    times: dict[str, list[float]] = {"unknown prefix": [], "wrong secret": []}
    for number in range(2 * asked.calls + 200):
        kind = order.choice(list(times))
        other = api_keys.new_key(live=False).text
        text = (
            other if kind == "unknown prefix" else known[: -api_keys.SECRET_LENGTH] + other[-api_keys.SECRET_LENGTH :]
        )
        start = time.perf_counter()
        answer = client.get("/v1/organization", headers={"Authorization": f"Bearer {text}"})
        seconds = time.perf_counter() - start
        assert answer.status_code == 401
        if number >= 200:
            times[kind].append(seconds)
    for kind, sample in times.items():
        print(f"{kind:16}{len(sample):6} calls, median {sorted(sample)[len(sample) // 2] * 1000:.3f} ms")
    p = mann_whitney(*times.values())
    print(f"p = {p:.3f}")
    sys.exit(p <= GOAL)


def mann_whitney(first: list[float], second: list[float]) -> float:
    """Return the two-sided p-value that both samples come from one distribution, by the normal approximation."""
    ranked = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
    rank_sum = sum(rank for rank, (_, which) in enumerate(ranked, 1) if which == 0)
    n, m = len(first), len(second)
    u = rank_sum - n * (n + 1) / 2
    z = (u - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(z) / math.sqrt(2))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=2_000)
    return parser.parse_args()


if __name__ == "__main__":
    main()
