"""Housekeeping; expiry is true by time whether or not this runs."""

from datetime import datetime

from apps.approvals import services
from apps.outbox.delivery import scheduled_task


@scheduled_task("approvals.expire")
def expire(*, now: datetime) -> None:
    """Mark the requests that time has run out on."""
    services.expire_approvals(now=now)
