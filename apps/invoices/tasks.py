"""Tasks of invoices that workers take from the outbox."""

from contextlib import suppress
from datetime import date, datetime
from uuid import UUID

from apps.contracts.services.agreements import INVOICE_PERIOD
from apps.invoices.errors import InvoiceNotFound, NotADraft
from apps.invoices.services import agreements, announcements, drafts, finalization, tax_answers
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


@outbox_task(tax_answers.REFRESH)
def refresh_tax(*, document_id: str, now: datetime, **_newer_arguments: object) -> None:
    """Tax a draft again."""
    with suppress(InvoiceNotFound, NotADraft):
        drafts.refresh_tax(document_id=UUID(document_id), now=now)


@scheduled_task("invoices.refresh_dated_drafts")
def refresh_dated_drafts(*, now: datetime) -> None:
    """Have Stripe calculate the tax of drafts for today."""
    tax_answers.refresh_dated_drafts(now=now)


@scheduled_task("invoices.finalize_due")
def finalize_due(*, now: datetime) -> None:
    """Finalize the drafts whose review days are over."""
    finalization.finalize_due(now=now)
