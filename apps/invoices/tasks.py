"""Tasks of invoices that workers take from the outbox."""

from datetime import date, datetime
from uuid import UUID

from apps.contracts.services.agreements import INVOICE_PERIOD
from apps.invoices.services import agreements, announcements, finalization
from apps.outbox.delivery import outbox_task, scheduled_task


@outbox_task(announcements.ISSUE)
def issue(*, document_id: str, now: datetime, **_newer_arguments: object) -> None:
    """Draw the PDF of a numbered document, and notify its customer."""
    announcements.issue(document_id=UUID(document_id), now=now)


@outbox_task(INVOICE_PERIOD)
def invoice_agreement(
    *,
    agreement_id: str,
    start: str,
    end: str | None,
    amount_micros: int,
    text: str,
    now: datetime,
    **_newer_arguments: object,
) -> None:
    """Invoice a period of a service agreement."""
    period = agreements.AgreedPeriod(
        agreement_id=UUID(agreement_id),
        start=date.fromisoformat(start),
        end=date.fromisoformat(end) if end else None,
        amount_micros=amount_micros,
        text=text,
    )
    agreements.invoice_agreement(period, now=now)


@scheduled_task("invoices.finalize_due")
def finalize_due(*, now: datetime) -> None:
    """Finalize the drafts whose review days are over."""
    finalization.finalize_due(now=now)
