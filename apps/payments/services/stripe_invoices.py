"""Create, fill and finalize invoices at Stripe."""

from datetime import datetime, timedelta

from django.db import transaction

from apps.common.languages import say
from apps.common.money import to_minor_units
from apps.common.strict_json import Json
from apps.payments import stripe_operations
from apps.payments.errors import StripeRefused
from apps.payments.models import StripeInvoice
from apps.payments.services.customers import ensure_customer
from apps.payments.services.invoice_voids import void_invoice
from apps.payments.services.mandates import remove_method
from apps.payments.services.stripe_requests import obtain
from apps.payments.stripe_objects import InvoiceFacts
from apps.payments.stripe_texts import INVOICE

State = StripeInvoice.State


def send_invoice(row: StripeInvoice, *, text: str, now: datetime) -> None:
    """Create, fill and finalize an invoice at Stripe.

    Each step happens once, even if an earlier attempt was interrupted.
    """
    made = _begin(row, text, now)
    if StripeInvoice.objects.filter(pk=row.pk, ended_by_us=True).exists():
        return  # it was withdrawn meanwhile; a draft is never sent
    final = obtain(
        stripe_operations.FINALIZE_INVOICE,
        reference=f"{row.reference}:final",
        organization=row.organization,
        params={"auto_advance": True},
        target=made.id,
        now=now,
    )
    kept = _keep(row.pk, final, now)
    if kept.ended_by_us:
        void_invoice(kept, now=now)


def _begin(row: StripeInvoice, text: str, now: datetime) -> InvoiceFacts:
    """Create the draft with its one item."""
    customer_id = ensure_customer(organization=row.organization, now=now)
    made = _draft(row, customer_id, text, now)
    obtain(
        stripe_operations.ADD_INVOICE_ITEM,
        reference=f"{row.reference}:item",
        organization=row.organization,
        params={
            "customer": customer_id,
            "invoice": made.id,
            "amount": to_minor_units(row.amount_micros, row.currency),
            "currency": row.currency.lower(),
            "description": text,
            "metadata": {"reference": f"{row.reference}:item"},
        },
        now=now,
    )
    return made


def _draft(row: StripeInvoice, customer_id: str, text: str, now: datetime) -> InvoiceFacts:
    """Create the draft; if its payment method was removed meanwhile, the invoice is sent instead of charged."""
    try:
        return _create(row, customer_id, text, now)
    except StripeRefused:
        if not row.charged_to or stripe_operations.fetch_method(row.charged_to).customer == customer_id:
            raise
    remove_method(row.charged_to, now=now)
    row.charged_to = ""
    row.save(update_fields=["charged_to"])
    return _create(row, customer_id, text, now)


def _create(row: StripeInvoice, customer_id: str, text: str, now: datetime) -> InvoiceFacts:
    return obtain(
        stripe_operations.CREATE_INVOICE,
        reference=row.reference,
        organization=row.organization,
        params={
            "customer": customer_id,
            "currency": row.currency.lower(),
            **_collected(row, now),
            "auto_advance": False,
            "description": text,
            **_of_document(row),
            "metadata": {"reference": row.reference, "organization": str(row.organization_id), **_numbered(row)},
        },
        now=now,
    )


def _of_document(row: StripeInvoice) -> Json:
    """Return the parameters that show the number of an invoice of ours; its tax is included in the amount."""
    if row.document is None:
        return {}
    return {
        "custom_fields": [{"name": say(row.document.language, INVOICE), "value": row.document.number[:140]}],
        "automatic_tax": {"enabled": False},
    }


def _numbered(row: StripeInvoice) -> dict[str, str]:
    """Return the number of an invoice of ours, by which people find Stripe's."""
    return {"number": row.document.number} if row.document is not None else {}


def _collected(row: StripeInvoice, now: datetime) -> Json:
    """Return the collection parameters: charged when finalized, which takes no due date, or sent with one."""
    if row.charged_to:
        return {"collection_method": "charge_automatically", "default_payment_method": row.charged_to}
    return {"collection_method": "send_invoice", "due_date": int(_due_ahead(row, now).timestamp())}


def _due_ahead(row: StripeInvoice, now: datetime) -> datetime:
    """Return the stored due date, or a day from now if it has passed; Stripe refuses past due dates."""
    assert row.due_at is not None, "our invoices have a due date"
    if row.due_at <= now:
        row.due_at = now + timedelta(days=1)
        row.save(update_fields=["due_at"])
    return row.due_at


@transaction.atomic
def _keep(invoice_pk: int, made: InvoiceFacts, now: datetime) -> StripeInvoice:
    row = StripeInvoice.objects.select_for_update(no_key=True).get(pk=invoice_pk)
    row.stripe_id, row.number, row.hosted_url = made.id, made.number, made.hosted_invoice_url
    if row.state == State.REQUESTED:
        row.state = State.OPEN
    row.updated_at = now
    row.save(update_fields=["stripe_id", "number", "hosted_url", "state", "updated_at"])
    return row
