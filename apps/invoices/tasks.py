"""Tasks of invoices: from the outbox, and scheduled."""

from datetime import datetime
from uuid import UUID

from apps.invoices.selectors import untold_overdue
from apps.invoices.services import announcements
from apps.outbox.delivery import outbox_task, scheduled_task


@outbox_task(announcements.ISSUE)
def issue(*, document_id: str, now: datetime, **_newer_arguments: object) -> None:
    """Draw a document that got its number, and notify its customer."""
    announcements.issue(document_id=UUID(document_id), now=now)


@scheduled_task("invoices.tell_overdue")
def tell_overdue(*, now: datetime) -> None:
    """Tell customers of invoices that have become overdue, each once."""
    for document_id in untold_overdue(now):
        announcements.tell_overdue(document_id=document_id, mail=True, now=now)
