"""Invoices that we no longer expect to be paid: mark them uncollectible, write them off, and reopen them."""

import uuid
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.contracts import services as contracts
from apps.invoices import postings
from apps.invoices.balances import Balance, NetAndTax
from apps.invoices.causes import INVOICE
from apps.invoices.errors import ChangedMeanwhile, StateForbids
from apps.invoices.models import Document, WriteOff
from apps.invoices.models.documents import OUTSTANDING, SUMS
from apps.invoices.services.announcements import notify_state
from apps.invoices.services.draft_tax import report_after_commit
from apps.invoices.services.locks import lock_document
from apps.invoices.services.transfers import Event, post_events, request_collection, terms_of
from apps.wallets.models import BookingKind

State = Document.State


@serialized
def mark_uncollectible(*, document_id: UUID, reason: str, created_by: str, now: datetime) -> Document:
    """Mark an invoice that we no longer expect to be paid; posts nothing.

    A write-off row with an amount of zero records when it was marked.

    Raises:
        InvoiceNotFound: there is none. StateForbids: nothing is left to pay on it, or it is marked already.
    """
    invoice = lock_document(document_id, now=now)
    if invoice.state not in OUTSTANDING:
        raise StateForbids(f"{invoice} is {invoice.get_state_display().lower()}.")
    invoice.is_given_up = True
    _row(invoice, NetAndTax(), reason, created_by, now).save(force_insert=True)
    _save(invoice, invoice.balance, now)
    return invoice


@serialized
def write_off_invoice(*, document_id: UUID, left: Micros, reason: str, created_by: str, now: datetime) -> Document:
    """Write off everything left to pay on an invoice; a later payment undoes that much of it.

    Raises:
        InvoiceNotFound: there is none. StateForbids: nothing is left to pay on it, or it was written off before.
        ChangedMeanwhile: what is left differs from `left`, the amount that was shown, in micros.
    """
    invoice = lock_document(document_id, now=now)
    if invoice.state not in (*OUTSTANDING, State.UNCOLLECTIBLE) or invoice.written_off_micros:
        raise StateForbids(f"{invoice} is {invoice.get_state_display().lower()}.")
    before = invoice.balance
    if before.left != left:
        raise ChangedMeanwhile
    after = before.write_off()
    row = _row(invoice, after.written_off_shares, reason, created_by, now)
    event = _event(invoice, row, postings.written_off(before, after, terms_of(invoice)), "written off", created_by)
    post_events(invoice.organization, [event], now=now)
    # It was only marked, or an earlier write-off was fully recovered by a payment that was later returned.
    _end_standing(invoice, now)
    row.save(force_insert=True)
    _save(invoice, after, now)
    if invoice.installment is not None and invoice.installment.is_open:
        contracts.write_off_installment(installment_id=invoice.installment.pk, now=now)
    return invoice


@serialized
def reopen_invoice(*, document_id: UUID, created_by: str, now: datetime) -> Document:
    """Reopen an uncollectible invoice; the unrecovered part of a write-off is due again.

    Raises:
        InvoiceNotFound: there is none. StateForbids: it is not uncollectible.
    """
    invoice = lock_document(document_id, now=now)
    if invoice.state != State.UNCOLLECTIBLE:
        raise StateForbids(f"{invoice} is {invoice.get_state_display().lower()}.")
    before = invoice.balance
    row = _end_standing(invoice, now)
    if row is not None:
        moves = postings.write_off_undone(before, terms_of(invoice))
        post_events(invoice.organization, [_event(invoice, row, moves, "reopened", created_by)], now=now)
    invoice.is_given_up, invoice.overdue_told_at = False, None
    _save(invoice, replace(before, written_off=Micros(0), is_given_up=False), now)
    if invoice.installment_id is not None:
        contracts.reopen_installment(installment_id=invoice.installment_id, now=now)
    return invoice


def _row(invoice: Document, lost: NetAndTax, reason: str, created_by: str, now: datetime) -> WriteOff:
    return WriteOff(
        id=uuid.uuid4(),
        organization_id=invoice.organization_id,
        document=invoice,
        net_micros=lost.net,
        tax_micros=lost.tax,
        reason=reason,
        created_by=created_by,
        created_at=now,
    )


def _end_standing(invoice: Document, now: datetime) -> WriteOff | None:
    """Mark the current write-off as undone, and return it; None if there is none."""
    row = invoice.write_offs.filter(undone_at=None).first()
    if row is not None:
        row.undone_at = now
        row.save(update_fields=["undone_at"])
    return row


def _event(
    invoice: Document, row: WriteOff, moves: list[postings.PlannedTransfer], what: str, created_by: str
) -> Event:
    return Event(
        key=f"write-off:{row.pk}",
        moves=moves,
        cause=INVOICE.of(invoice.pk),
        kind=BookingKind.WRITE_OFF,
        text=f"Invoice {invoice} {what}",
        created_by=created_by,
    )


def _save(invoice: Document, balance: Balance, now: datetime) -> None:
    before, written_off = invoice.state, invoice.balance.written_off
    invoice.take(balance)
    invoice.updated_at = now
    invoice.save(update_fields=SUMS)
    if balance.written_off != written_off:
        report_after_commit(invoice, now=now)
    if invoice.state == State.UNCOLLECTIBLE != before:
        notify_state(invoice, now=now)
    request_collection(invoice, now=now)
