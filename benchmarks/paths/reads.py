"""Customers' reads over HTTP, for an organization with a million entries and events against one with ten thousand.

They are measured with fresh checkpoints, and again halfway to the next ones, where a read must add up more entries.
"""

from functools import partial

from django.utils import timezone

from apps.wallets.services import take_checkpoints
from apps.wallets.services.checkpoints import EVERY
from apps.wallets.state import CHECKPOINT_EVERY
from benchmarks.growth import charge
from benchmarks.kit.bench import Bench
from benchmarks.kit.rounds import MeasuredCall, Rounds, compare_sizes, worst
from benchmarks.kit.table import Measurement
from benchmarks.sized_organizations import SizedOrganization

READS = {
    "summary": ("machine", "/v1/billing/organization/summary"),
    "ledger, first page": ("person", "/api/v1/org/ledger?days=365&limit=50"),
    "ledger, page in the middle": ("person", "/api/v1/org/ledger?days=365&limit=50&cursor={middle}"),
    "usage summary, a year": ("person", "/api/v1/org/usage-summary?days=365"),
    "usage summary, a month": ("person", "/api/v1/org/usage-summary?days=30"),
    "events, a year": ("person", "/api/v1/org/events?days=365"),
    "service usage, a year": ("person", "/api/v1/org/service-usage?days=365"),
    "breakdown by project and model, a month by day": (
        "machine",
        "/v1/usage/breakdown?group_by=project,model&interval=day&limit=500",
    ),
    "breakdown by user, a year": ("machine", "/v1/usage/breakdown?group_by=user&from={first}"),
    "characters": ("person", "/api/v1/org/characters?days=365"),
    "model pricing": ("person", "/api/v1/org/model-pricing"),
    "profile": ("person", "/api/v1/org/billing"),
    "unit usage, a year": ("header", "/api/v1/account/organization/usage"),
}

FIRST_FREE = 2**40  # entry numbers that `grow` has not used


def measure(bench: Bench) -> dict[str, Measurement]:
    """Measure all reads, twice."""
    sizes = [SizedOrganization.of(size, bench.scale.days) for size in (bench.scale.small, bench.scale.large)]
    tomorrow = timezone.now() + EVERY  # when all checkpoints are due, including those of today's entries
    while take_checkpoints(now=tomorrow):
        pass
    bench.raw.execute("VACUUM ANALYZE", prepare=False)
    found = {"reads": worst(_compared(bench, sizes))}
    for grown in sizes:
        _go_halfway(grown)
    found["reads, halfway"] = worst(_compared(bench, sizes))
    return found


def _compared(bench: Bench, sizes: list[SizedOrganization]) -> dict[str, Rounds]:
    client, work = bench.product.connect(), bench.place.work_of(bench.product)
    calls, found = max(5, bench.scale.calls // 5), {}
    for name, (credential, path) in READS.items():
        ways = [MeasuredCall(partial(client.ask, grown.request(credential, path)), work) for grown in sizes]
        found[name] = compare_sizes(*ways, rounds=bench.scale.rounds, calls=calls)
    return found


def _go_halfway(grown: SizedOrganization) -> None:
    """Write half the entries after which the wallet's next checkpoint is due."""
    charge(grown.organization, range(FIRST_FREE, FIRST_FREE + CHECKPOINT_EVERY // 2), timezone.now())
