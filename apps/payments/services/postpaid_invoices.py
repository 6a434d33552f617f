"""Create, fill and finalize invoices at Stripe, and invoice the postpaid debt of a closed month."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from apps.common.money import Micros, to_minor_units
from apps.common.periods import parse_month
from apps.common.strict_json import Json
from apps.payments import stripe_operations
from apps.payments.errors import StripeRefused
from apps.payments.models import StripeInvoice
from apps.payments.references import Made
from apps.payments.selectors import asked_by_postpaid_invoices, postpaid_invoice_amount
from apps.payments.services.customers import ensure_customer
from apps.payments.services.invoice_voids import void_invoice
from apps.payments.services.mandates import forget_method
from apps.payments.services.stripe_requests import obtain
from apps.payments.stripe_objects import InvoiceFacts
from apps.tenants.models import Organization
from apps.wallets import selectors as wallet_selectors
from apps.wallets.accounts import Role
from apps.wallets.services.locks import lock_wallet

State = StripeInvoice.State


def invoice_outstanding(*, organization: Organization, month: str, now: datetime) -> StripeInvoice | None:
    """Invoice a postpaid organization's debt at the end of a month, once per month; None if there is nothing to do.

    Amounts on earlier unpaid invoices are not invoiced again; an amount too small to invoice waits for the next month.

    Raises:
        StripeRefused, StripeUnavailable: the invoice could not be sent; a retry continues from there.
    """
    row = _write_down_month(organization, month, now)
    if row is not None and row.state == State.REQUESTED:
        send_invoice(row, text=f"Usage in {month}", now=now)
    return row


@transaction.atomic
def _write_down_month(organization: Organization, month: str, now: datetime) -> StripeInvoice | None:
    """Store the row of a month's invoice, under the wallet's lock so that no debt is invoiced twice."""
    lock_wallet(organization, now=now)
    known = StripeInvoice.objects.filter(organization=organization, month=month).first()
    if known is not None:
        return known
    amount = _to_invoice(organization, month, now)
    if not amount:
        return None
    row, _ = StripeInvoice.objects.get_or_create(
        organization=organization,
        month=month,
        purpose=StripeInvoice.Purpose.POSTPAID,
        defaults={
            "reference": Made.POSTPAID_INVOICE.reference(organization.pk, month),
            "amount_micros": amount,
            "currency": organization.currency,
            "due_at": now + timedelta(days=settings.INVOICE_DAYS_UNTIL_DUE),
            "created_at": now,
            "updated_at": now,
        },
    )
    return row


def _to_invoice(organization: Organization, month: str, now: datetime) -> Micros:
    """Return the amount to invoice: owed at the month's end, still owed, and not on another invoice."""
    end = parse_month(month).end
    last = end - timedelta(microseconds=1)
    owed = -wallet_selectors.balance_as_of(organization, last, Role.RECEIVABLE)
    cleared = wallet_selectors.cleared_since(organization, last)
    return postpaid_invoice_amount(owed - cleared - asked_by_postpaid_invoices(organization), organization.currency)


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
    forget_method(row.charged_to, now=now)
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
            "metadata": {"reference": row.reference, "organization": str(row.organization_id)},
        },
        now=now,
    )


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
