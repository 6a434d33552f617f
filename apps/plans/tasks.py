"""Scheduled jobs of plans."""

from datetime import datetime

from apps.outbox.delivery import scheduled_task
from apps.plans import services


@scheduled_task("plans.grant_included_quota", gap_seconds=60)
def grant_included_quota(*, now: datetime, **_newer_arguments: object) -> None:
    """Grant every subscription the quota of the billing periods that have started since the last run."""
    services.grant_due_quotas(now=now)
