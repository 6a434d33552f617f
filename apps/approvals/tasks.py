"""The worker performs bulk actions slice by slice. A request expires by time, even if its job does not run."""

from datetime import datetime

from apps.approvals import runs, services
from apps.outbox.delivery import outbox_task, scheduled_task


@scheduled_task("approvals.expire")
def expire(*, now: datetime) -> None:
    """Mark expired requests."""
    services.expire_approvals(now=now)


@outbox_task(runs.TASK, lease_seconds=300)
def perform_rows(*, run_id: int, now: datetime, **_newer_arguments: object) -> None:
    """Perform the next rows of a bulk action."""
    runs.run_slice(run_id, now=now)
