"""Forgetting by the clock."""

from datetime import datetime

from apps.idempotency import services
from apps.outbox.delivery import scheduled_task


@scheduled_task("idempotency.purge_calls")
def purge_calls(*, now: datetime) -> None:
    """Delete answers older than 48 hours, a thousand rows at a time."""
    while services.purge_calls(now=now):
        pass
