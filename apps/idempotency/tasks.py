"""Scheduled job."""

from datetime import datetime

from apps.idempotency import services
from apps.outbox.delivery import scheduled_task


@scheduled_task("idempotency.purge_calls")
def purge_calls(*, now: datetime) -> None:
    """Delete calls older than 48 hours, a thousand at a time."""
    while services.purge_calls(now=now):
        pass
