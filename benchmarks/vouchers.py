"""What a batch of 100,000 codes costs: to generate as a worker does, to download as staff do, to report on.

    python -m benchmarks.vouchers [--codes 100000]

The goals are a minute and 200 MB for generating; memory is the most this process ever had, Django included.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable

from benchmarks.environment import prepare

MOST_SECONDS = 60
MOST_MEGABYTES = 200


def main() -> None:
    asked = _arguments()
    prepare()
    from django.contrib.auth.models import User
    from django.utils import timezone

    from apps.vouchers import services
    from apps.vouchers.admin.batch_actions import csv_lines
    from apps.vouchers.models import Batch, Voucher
    from apps.vouchers.reports import report_by_batch
    from apps.vouchers.tasks import generate_batch
    from apps.vouchers.terms import BatchTerms, VoucherKind

    now, by = (
        timezone.now(),
        User.objects.get_or_create(username="benchmark", defaults={"is_staff": True, "is_superuser": True})[0],
    )
    terms = BatchTerms(kind=VoucherKind.CREDIT, amount_micros=10, currency="USD", count=asked.codes, prefix="BENCHMARK")
    batch = services.create_batch(terms=terms, reason="Benchmark", by=by, now=now)
    generating = _timed("generate", lambda: generate_batch(batch_id=str(batch.pk), now=now))
    assert Voucher.objects.filter(batch=batch).count() == asked.codes
    download = services.claim_download(batch_id=batch.pk, reason="Benchmark", by=by, now=now)
    _timed("download", lambda: sum(len(line) for line in csv_lines(download)))
    _timed("report", lambda: report_by_batch(Batch.objects.filter(pk=batch.pk), now))
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'most memory':12}{megabytes:10.1f} MB")
    sys.exit(generating > MOST_SECONDS or megabytes > MOST_MEGABYTES)


def _timed(name: str, work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    print(f"{name:12}{seconds:10.2f} s")
    return seconds


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codes", type=int, default=100_000)
    return parser.parse_args()


if __name__ == "__main__":
    main()
