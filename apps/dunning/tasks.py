"""Scheduled jobs of dunning."""

from datetime import datetime

from apps.dunning import services
from apps.outbox.delivery import scheduled_task


@scheduled_task("dunning.run")
def run(*, now: datetime) -> None:
    """Notify customers of invoices that have become overdue, and take the steps that are due."""
    services.run(now=now)


@scheduled_task("dunning.close_settled")
def close_settled(*, now: datetime) -> None:
    """Close the cases of customers who have paid."""
    services.close_settled(now=now)
