"""What a list of the back office costs over a million rows, against the same list over a thousand.

    python -m benchmarks.lists [--small 1000] [--large 1000000] [--rounds 10]

Each size is a schema of its own in one database, so that the sizes take turns; requests run in this process through
the whole of Django. The goal is a ratio of at most 1.5 in processor time. Writing a million rows of everything takes
some minutes; BENCHMARK_DATABASE_URL keeps the database for another run.
"""

import argparse
import statistics
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from benchmarks.environment import prepare

GOAL = 1.5
EACH = 3
CUSTOMERS = 10
GROWN = "grown"


def main() -> None:
    asked = _arguments()
    prepare()
    from benchmarks.processor import Meter

    sizes = (asked.small, asked.large)
    staff = [_Staff(size) for size in sizes]
    meter = Meter()
    print(f"\n{'page':46}{'ms small':>10}{'ms large':>10}{'ratio':>8}{'statements':>12}")
    for name, small in staff[0].pages.items():
        if asked.only in name:
            calls = [staff[0].call(small), staff[1].call(staff[1].pages[name])]
            statements = [each.statements(call) for each, call in zip(staff, calls, strict=True)]
            times = _measure(staff, calls, meter.seconds, asked.rounds)
            ratio = times[1] / times[0]
            counted = "/".join(map(str, statements))
            verdict = "" if ratio <= GOAL else "  above the goal"
            print(f"{name:46}{times[0]:10.2f}{times[1]:10.2f}{ratio:8.2f}{counted:>12}{verdict}", flush=True)


def _measure(
    staff: "list[_Staff]", calls: list[Callable[[], None]], seconds: Callable[[], float], rounds: int
) -> list[float]:
    """Return each size's processor time in milliseconds: the median of interleaved rounds."""
    used: list[list[float]] = [[] for _ in calls]
    for _ in range(rounds):
        for number, call in enumerate(calls):
            staff[number].enter()
            before = seconds()
            for _ in range(EACH):
                call()
            used[number].append((seconds() - before) / EACH * 1000)
    return [statistics.mean(times) for times in used]


class _Staff:
    """A member of staff before the books of one size."""

    def __init__(self, size: int) -> None:
        from django.contrib.auth.models import User
        from django.core.management import call_command
        from django.db import connection
        from django.test import Client

        from benchmarks.list_pages import pages

        self.schema, self.size = f"rows_{size}", size
        with connection.cursor() as cursor:
            cursor.execute("SELECT obj_description(to_regnamespace(%s), 'pg_namespace')", [self.schema])
            known = cursor.fetchone() == (GROWN,)
            if not known:
                cursor.execute(f"DROP SCHEMA IF EXISTS {self.schema} CASCADE")
                cursor.execute(f"CREATE SCHEMA {self.schema}")
            self.enter()
            call_command("migrate", verbosity=0)
            if not known:
                _grow(size)
                cursor.execute(f"COMMENT ON SCHEMA {self.schema} IS '{GROWN}'")
        self.enter()
        person, _ = User.objects.get_or_create(username="benchmark", is_staff=True, is_superuser=True)
        self.client = Client()
        self.client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        self.pages = pages(size)

    def enter(self) -> None:
        """Let the next statements be about this size."""
        from django.core.cache import cache
        from django.db import connection

        cache.clear()
        with connection.cursor() as cursor:
            cursor.execute(f"SET search_path TO {self.schema}")

    def call(self, address: str) -> Callable[[], None]:
        """Return a request that must succeed."""

        def send() -> None:
            answer = self.client.get(address)
            assert answer.status_code == 200, (address, answer.status_code)

        return send

    def statements(self, call: Callable[[], None]) -> int:
        """Count the statements of a request."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self.enter()
        call()
        with CaptureQueriesContext(connection) as captured:
            call()
        return len(captured)


def _grow(size: int) -> None:
    """Make the customers and the price through the services, then so many rows of everything by SQL."""
    from django.db import connection
    from django.utils import timezone

    from apps.common.periods import add_months
    from apps.tenants.services import provision_organization
    from apps.usage.services import make_partition
    from apps.wallets.services import open_wallet, take_checkpoints
    from benchmarks.growth import make_catalog

    then = timezone.now() - timedelta(days=400)
    make_catalog(timezone.now())
    for number in range(1, CUSTOMERS + 1):
        made = provision_organization(name=f"Customer {number}", slug=f"customer-{number:02}", now=then)
        open_wallet(organization=made, now=then)
    for months in range(15):  # from then to now
        make_partition(add_months(then.date().replace(day=1), months))
    with connection.cursor() as cursor:
        cursor.execute((Path(__file__).parent / "million.sql").read_text().format(size=size))
        while take_checkpoints(now=timezone.now()):
            pass
        cursor.execute("VACUUM ANALYZE")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--only", default="", help="pages whose name has this in it")
    return parser.parse_args()


if __name__ == "__main__":
    main()
