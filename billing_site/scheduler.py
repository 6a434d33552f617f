"""Celery's scheduler, with the last start of each job in the database, where staff see the jobs."""

from typing import Any

from celery.beat import Scheduler

from apps.outbox.jobs import write_schedule


class JobScheduler(Scheduler):  # type: ignore[misc]
    """Runs the configured schedule.

    A job with a fixed time that passed while no scheduler was running starts at once.
    """

    def setup_schedule(self) -> None:
        """Read the schedule, store when each job runs, and continue from the last starts."""
        self.merge_inplace(self.app.conf.beat_schedule)
        entries = {entry.task: entry for entry in self.schedule.values()}
        started = write_schedule({task: _when(entry.schedule) for task, entry in entries.items()})
        for task, at in started.items():
            entries[task].last_run_at = at


def _when(schedule: Any) -> str:
    """Return the times as Celery writes them: "10.00 seconds", or "*/5 * * * * (m/h/dM/MY/d)"."""
    return repr(schedule).strip("<>").partition(": ")[2]
