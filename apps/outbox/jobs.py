"""Runs of scheduled jobs: at most one start within a given gap, even with several schedulers."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from apps.outbox.models import Heartbeat

# The job whose recorded run shows that beat, the broker and a worker are alive.
HEARTBEAT = "outbox.heartbeat"


@transaction.atomic
def write_schedule(schedules: Mapping[str, str]) -> dict[str, datetime]:
    """Store when each job runs, and delete the rows of other jobs; return the last start of each job that has run."""
    Heartbeat.objects.exclude(job__in=schedules).delete()
    Heartbeat.objects.bulk_create(
        [Heartbeat(job=job, schedule=schedule) for job, schedule in schedules.items()],
        update_conflicts=True,
        unique_fields=["job"],
        update_fields=["schedule"],
    )
    return {row.job: row.started_at for row in Heartbeat.objects.all() if row.started_at is not None}


@transaction.atomic
def start_job(*, job: str, gap: timedelta, now: datetime) -> bool:
    """Claim a run of `job`; False if one started less than `gap` ago, or if staff switched the job off."""
    Heartbeat.objects.bulk_create([Heartbeat(job=job)], ignore_conflicts=True)
    due = Q(started_at=None) | Q(started_at__lte=now - gap)
    return bool(Heartbeat.objects.filter(due, job=job, is_on=True).update(started_at=now))


def finish_job(*, job: str, error: str, now: datetime) -> None:
    """Record the result of a run; `error` is empty on success."""
    run = Heartbeat.objects.filter(job=job)
    if error:
        run.update(last_error=error)
    else:
        run.update(last_error="", finished_at=now)
