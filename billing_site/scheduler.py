"""Celery's scheduler, with the last start of each job in the database, where staff see the jobs."""

from typing import Any

from celery.beat import Scheduler
from celery.schedules import crontab

from apps.outbox.jobs import write_schedule

ANY = "*"
STEP = "*/"


class JobScheduler(Scheduler):  # type: ignore[misc]
    """Runs the configured schedule.

    A job with a fixed time that passed while no scheduler was running starts at once.
    """

    def setup_schedule(self) -> None:
        """Read the schedule, store when each job runs, and continue from the last starts."""
        self.merge_inplace(self.app.conf.beat_schedule)
        entries = {entry.task: entry for entry in self.schedule.values()}
        started = write_schedule({task: times_text(entry.schedule) for task, entry in entries.items()})
        for task, at in started.items():
            entries[task].last_run_at = at


def times_text(schedule: Any) -> str:
    """Write when a job runs: "Every 10 seconds", "Every day at 03:10 UTC".

    Raises:
        ValueError: it runs on chosen days, for which there are no words yet.
    """
    if not isinstance(schedule, crontab):
        return f"Every {schedule.run_every.total_seconds():g} seconds"
    _, minute, hour, *days = repr(schedule).split()[:6]  # <crontab: 10 3 * * * (m/h/dM/MY/d)>
    if set(days) != {ANY}:
        raise ValueError(f"no words for {schedule!r}")
    if minute == ANY:
        return "Every minute"
    if minute.startswith(STEP):
        return f"Every {minute.removeprefix(STEP)} minutes"
    if hour == ANY:
        return f"Every hour at {int(minute)} minutes past"
    if hour.startswith(STEP):
        return f"Every {hour.removeprefix(STEP)} hours from 00:{int(minute):02} UTC"
    return f"Every day at {int(hour):02}:{int(minute):02} UTC"
