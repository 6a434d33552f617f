"""Scheduled tasks of bank lines."""

from datetime import datetime

from apps.bank import services
from apps.outbox.delivery import scheduled_task


@scheduled_task("bank.match_lines")
def match_lines(*, now: datetime) -> None:
    """Update the proposals of open lines, because invoices were finalized or paid since."""
    services.match_lines(now=now)
