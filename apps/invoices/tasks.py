"""Tasks of invoices that workers take from the outbox."""

from datetime import datetime
from uuid import UUID

from apps.invoices.services import announcements, finalization
from apps.outbox.delivery import outbox_task, scheduled_task


@outbox_task(announcements.ISSUE)
def issue(*, document_id: str, now: datetime, **_newer_arguments: object) -> None:
    """Draw a document that got its number, and notify its customer."""
    announcements.issue(document_id=UUID(document_id), now=now)


@scheduled_task("invoices.finalize_due")
def finalize_due(*, now: datetime) -> None:
    """Finalize the drafts whose review days are over."""
    finalization.finalize_due(now=now)
