"""Runs of scheduled jobs: at most one start within a given gap, even with several schedulers."""

from datetime import datetime, timedelta

from django.db import transaction

from apps.outbox.models import Heartbeat


@transaction.atomic
def start_job(*, job: str, gap: timedelta, now: datetime) -> bool:
    """Claim a run of `job`; False if one started less than `gap` ago."""
    Heartbeat.objects.bulk_create([Heartbeat(job=job, started_at=now - gap)], ignore_conflicts=True)
    return bool(Heartbeat.objects.filter(job=job, started_at__lte=now - gap).update(started_at=now))


def finish_job(*, job: str, error: str, now: datetime) -> None:
    """Record the result of a run; `error` is empty on success."""
    run = Heartbeat.objects.filter(job=job)
    if error:
        run.update(last_error=error)
    else:
        run.update(last_error="", finished_at=now)
