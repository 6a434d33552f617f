"""Metering's jobs by the clock."""

from datetime import datetime, timedelta

from django.conf import settings

from apps.outbox.delivery import scheduled_task
from apps.usage import services
from apps.usage.errors import CloseIncomplete


@scheduled_task("usage.make_partitions")
def make_partitions(*, now: datetime) -> None:
    """Make the partitions of usage events for this month and the three ahead."""
    services.make_partitions(now=now)


@scheduled_task("usage.close_months")
def close_months(*, now: datetime) -> None:
    """Close what ended at least USAGE_CLOSE_AFTER_HOURS ago; what failed before is tried again.

    Raises:
        CloseIncomplete: some organizations could not be closed; the others are.
    """
    ended_before = now - timedelta(hours=settings.USAGE_CLOSE_AFTER_HOURS)
    failed = [
        organization_id
        for month in services.months_to_close(ended_before=ended_before)
        for organization_id in services.close_month(month=month, closed_by="system:close_months", now=now).failed
    ]
    if failed:
        raise CloseIncomplete(f"{len(failed)} organizations could not be closed")
