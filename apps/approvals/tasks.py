"""Scheduled job. A request expires by time, even if this does not run."""

from datetime import datetime

from apps.approvals import services
from apps.outbox.delivery import scheduled_task


@scheduled_task("approvals.expire")
def expire(*, now: datetime) -> None:
    """Mark expired requests."""
    services.expire_approvals(now=now)
