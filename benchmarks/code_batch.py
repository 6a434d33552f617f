"""Create and download a batch of codes, and print time and memory as JSON: `python -m benchmarks.code_batch COUNT`.

Codes are generated as a worker does and downloaded as staff do. It runs as a separate process, so that its memory is
that of generating codes, Django included.
"""

import json
import resource
import sys
import time


def main() -> None:
    """Create the requested number of codes."""
    import django

    django.setup()
    from django.contrib.auth.models import User
    from django.utils import timezone

    from apps.vouchers import services
    from apps.vouchers.admin.batch_actions import csv_lines
    from apps.vouchers.models import Voucher
    from apps.vouchers.tasks import generate_batch
    from apps.vouchers.terms import BatchTerms, VoucherKind

    count, now = int(sys.argv[1]), timezone.now()
    by, _ = User.objects.get_or_create(username="benchmark", defaults={"is_staff": True, "is_superuser": True})
    terms = BatchTerms(kind=VoucherKind.CREDIT, amount_micros=10, currency="USD", count=count, prefix="BENCHMARK")
    batch = services.create_batch(terms=terms, reason="Benchmark", by=by, now=now)
    started = time.perf_counter()
    generate_batch(batch_id=str(batch.pk), now=now)
    seconds = time.perf_counter() - started
    download = services.claim_download(batch_id=batch.pk, reason="Benchmark", by=by, now=now)
    characters = sum(len(line) for line in csv_lines(download))
    downloaded = time.perf_counter() - started - seconds
    assert characters > count
    assert Voucher.objects.filter(batch=batch).count() == count
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024 / 1e6
    print(json.dumps({"seconds": seconds, "downloadSeconds": downloaded, "megabytes": megabytes}))


if __name__ == "__main__":
    main()
