"""Collect an invoice of ours through Stripe: one invoice there, whose only item is what is left to pay."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.common.languages import say
from apps.common.money import to_minor_units
from apps.common.periods import midnight
from apps.invoices.models import Document
from apps.invoices.models.documents import OUTSTANDING
from apps.payments import issues
from apps.payments.models import UNPAID_STATES, StripeInvoice
from apps.payments.references import ObjectKind
from apps.payments.services.invoice_voids import ENDABLE, give_up_invoice, void_invoice
from apps.payments.services.mandates import method_to_charge
from apps.payments.services.stripe_invoices import send_invoice
from apps.payments.stripe_texts import INVOICE_OF_NUMBER
from apps.wallets.services.locks import lock_wallet

State = StripeInvoice.State


def arrange_document(*, document_id: UUID, now: datetime) -> StripeInvoice | None:
    """Make Stripe collect what is left to pay on an invoice of ours, and nothing else; return the invoice at Stripe.

    An invoice there with another amount is voided and created again. One that somebody ended at Stripe is not created
    again. An uncollectible invoice is marked so there, too, where it can still be paid. Repeating it changes nothing.

    Raises:
        StripeRefused, StripeUnavailable: it failed; a retry continues from there.
    """
    rows = Document.objects.select_related("organization", "installment__contract")
    document = rows.get(pk=document_id)
    method = _method(document, now)
    stale = [row for row in _payable(document) if _is_stale(row, document, method, now)]
    if not all([void_invoice(row, now=now) for row in stale]):
        return None
    if document.state not in OUTSTANDING:
        _give_up(document, now)
    if method and not _is_due(document, now):
        return None
    row = _write_down(document, method, now)
    if row is not None and row.state == State.REQUESTED:
        send_invoice(row, text=say(document.language, INVOICE_OF_NUMBER, number=document.number), now=now)
    return row


def _method(document: Document, now: datetime) -> str:
    """Return the Stripe id of the payment method that an installment is charged to; empty if the invoice is sent."""
    if document.installment is None or not _amount_to_collect(document):
        return ""
    return method_to_charge(document.installment.contract, now=now)


def _is_due(document: Document, now: datetime) -> bool:
    """Whether a saved payment method is charged now: on the installment's due date."""
    return document.installment is None or document.installment.due_date <= now.date()


def _is_stale(row: StripeInvoice, document: Document, method: str, now: datetime) -> bool:
    """Whether an invoice at Stripe has to be voided.

    It has another amount, is sent although a payment method can be charged now, or was given up and its document is due
    again. One that somebody gave up at Stripe stays while its document is due.
    """
    is_due = document.state in OUTSTANDING
    if row.state == State.UNCOLLECTIBLE and is_due:
        return row.ended_by_us
    is_charged_instead = bool(method) and not row.charged_to and _is_due(document, now)
    is_begun = row.state == State.REQUESTED and not is_due
    return asks_for_another_amount(row, document) or is_charged_instead or is_begun


def asks_for_another_amount(row: StripeInvoice, document: Document) -> bool:
    """Whether the amount left to pay on an invoice at Stripe differs from what may be paid on ours."""
    return row.amount_micros - row.paid_micros != _payable_amount(document)


def _payable_amount(document: Document) -> int:
    """Return the amount that may be paid at Stripe: what is left to pay, and what was written off."""
    gave_up = document.state == Document.State.UNCOLLECTIBLE
    return document.left_micros + document.written_off_micros if gave_up else _amount_to_collect(document)


def _amount_to_collect(document: Document) -> int:
    """Return the amount for Stripe to collect: what is left to pay, or 0 if payment is no longer expected."""
    return document.left_micros if document.state in OUTSTANDING else 0


def _payable(document: Document) -> list[StripeInvoice]:
    rows = StripeInvoice.objects.filter(document=document, state__in=ENDABLE)
    return list(rows.select_related("organization"))


def _give_up(document: Document, now: datetime) -> None:
    """Stop Stripe from collecting an invoice that is not due, and close the issues about invoices ended at Stripe."""
    for row in StripeInvoice.objects.filter(document=document, state=State.OPEN).select_related("organization"):
        give_up_invoice(row, now=now)
    for stripe_id in StripeInvoice.objects.filter(document=document).values_list("stripe_id", flat=True):
        resolution = f"The invoice is {document.get_state_display().lower()}"
        issues.close_issue(issues.Kind.SCHEDULE, subject=stripe_id or "", resolution=resolution, now=now)


@transaction.atomic
def _write_down(document: Document, method: str, now: datetime) -> StripeInvoice | None:
    """Store the row of an invoice's collection, under the wallet's lock so that nothing is asked for twice."""
    lock_wallet(document.organization, now=now)
    document = Document.objects.select_related("organization").get(pk=document.pk)
    amount = _amount_to_collect(document)
    rows = StripeInvoice.objects.filter(document=document).select_related("organization").order_by("-pk")
    standing = [row for row in rows if row.state in UNPAID_STATES]
    if standing:
        return standing[0]
    ended_there = any(row.state in (State.VOID, State.UNCOLLECTIBLE) and not row.ended_by_us for row in rows)
    if ended_there or to_minor_units(amount, document.currency) <= 0:
        return None
    assert document.due_date is not None, "an invoice that asks for something has a number"
    return StripeInvoice.objects.create(
        organization=document.organization,
        purpose=StripeInvoice.Purpose.DOCUMENT,
        document=document,
        reference=ObjectKind.DOCUMENT_INVOICE.reference(document.pk, len(rows) + 1),
        amount_micros=amount,
        currency=document.currency,
        charged_to=method,
        due_at=midnight(document.due_date),
        created_at=now,
        updated_at=now,
    )
