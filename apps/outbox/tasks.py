"""Scheduled jobs of the outbox."""

from datetime import datetime

from apps.outbox import services
from apps.outbox.delivery import scheduled_task
from apps.outbox.jobs import HEARTBEAT


@scheduled_task(HEARTBEAT, gap_seconds=5)
def heartbeat(*, now: datetime) -> None:
    """Do nothing; a recorded run shows that beat, the broker, and a worker are alive."""


@scheduled_task("outbox.purge_done")
def purge_done(*, now: datetime) -> None:
    """Delete old finished messages, a thousand at a time."""
    while services.purge_done(now=now):
        pass
