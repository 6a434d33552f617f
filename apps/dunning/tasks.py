"""Scheduled jobs of dunning, and the task that ends a case as soon as its last invoice is settled."""

from datetime import datetime
from uuid import UUID

from apps.dunning import services
from apps.outbox.delivery import outbox_task, scheduled_task


@scheduled_task("dunning.run")
def run(*, now: datetime) -> None:
    """Notify customers of invoices that have become overdue, and take the steps that are due."""
    services.run(now=now)


@scheduled_task("dunning.close_settled")
def close_settled(*, now: datetime) -> None:
    """Close the cases of customers who have paid."""
    services.close_settled(now=now)


@outbox_task("dunning.follow_invoice")
def follow_invoice(*, document_id: str, now: datetime, **_newer_arguments: object) -> None:
    """Close the case of an invoice that is paid or given up, if nothing else is overdue."""
    services.follow_invoice(document_id=UUID(document_id), now=now)
