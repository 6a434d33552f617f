"""Invoices at Stripe: for what a closed month left owing, and for instalments that no subscription collects."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from apps.common.money import Micros, payable_step, to_minor_units
from apps.common.periods import midnight, parse_month
from apps.contracts.models import Contract, Installment
from apps.payments import stripe_operations
from apps.payments.models import InvoicePart, StripeInvoice
from apps.payments.objects import InvoiceFacts
from apps.payments.services.customers import ensure_customer
from apps.payments.services.outgoing import obtain
from apps.payments.services.voiding import UNPAID, void_invoice
from apps.tenants.models import Organization
from apps.wallets import selectors as wallet_selectors
from apps.wallets.accounts import Role
from apps.wallets.services.locks import lock_wallet

State = StripeInvoice.State


def invoice_outstanding(*, organization: Organization, month: str, now: datetime) -> StripeInvoice | None:
    """Invoice what a postpaid organization owed when a month closed, once per month; None where that is nothing.

    What earlier invoices ask for already is not asked for again; what is too small to invoice comes with the next.
    """
    row = _write_down_month(organization, month, now)
    if row is not None and row.state == State.REQUESTED:
        send_invoice(row, text=f"Usage in {month}", now=now)
    return row


@transaction.atomic
def _write_down_month(organization: Organization, month: str, now: datetime) -> StripeInvoice | None:
    """Write down what a month's invoice asks for; under the wallet's lock, so that no debt is asked for twice."""
    lock_wallet(organization, now=now)
    known = StripeInvoice.objects.filter(organization=organization, month=month).first()
    if known is not None:
        return known
    amount = _to_invoice(organization, month, now)
    if to_minor_units(amount, organization.currency) < settings.INVOICE_LEAST:
        return None
    row, _ = StripeInvoice.objects.get_or_create(
        organization=organization,
        month=month,
        purpose=StripeInvoice.Purpose.POSTPAID,
        defaults={
            "reference": f"postpaid-invoice:{organization.pk}:{month}",
            "amount_micros": amount,
            "currency": organization.currency,
            "due_at": now + timedelta(days=settings.INVOICE_DAYS_UNTIL_DUE),
            "created_at": now,
            "updated_at": now,
        },
    )
    return row


def _to_invoice(organization: Organization, month: str, now: datetime) -> Micros:
    """Return what was owed at the month's end and still is, less what is invoiced already, in payable steps."""
    end = parse_month(month).end
    last = end - timedelta(microseconds=1)
    owed = -wallet_selectors.balance_as_of(organization, last, Role.RECEIVABLE)
    cleared = wallet_selectors.cleared_since(organization, last)
    asked = StripeInvoice.objects.filter(
        organization=organization, purpose=StripeInvoice.Purpose.POSTPAID, state__in=UNPAID
    )
    asked_micros = sum(invoice.amount_micros - invoice.paid_micros for invoice in asked)
    amount = max(0, owed - cleared - asked_micros)
    return Micros(amount - amount % payable_step(organization.currency))


def invoice_instalment(*, installment: Installment, now: datetime) -> StripeInvoice:
    """Have an open instalment invoiced, once; an invoice at another amount is replaced, unless Stripe keeps it."""
    contract = installment.contract
    current = open_invoice_of(installment)
    if current is not None and not asks_for(current, installment):
        if not void_invoice(current, now=now):
            return current
        current = None
    row = current or _write_down_instalment(contract, installment, now)
    if row.state == State.REQUESTED:
        text = f"Contract instalment {installment.period}"
        send_invoice(row, text=text, now=now)
        row.refresh_from_db()
    return row


def open_invoice_of(installment: Installment) -> StripeInvoice | None:
    """Return the invoice that asks for an instalment, if one does."""
    parts = InvoicePart.objects.filter(installment=installment, invoice__state__in=UNPAID)
    part = parts.select_related("invoice__organization").order_by("-pk").first()
    return part.invoice if part else None


def asks_for(invoice: StripeInvoice, installment: Installment) -> bool:
    """Say whether an open invoice asks for what is left to pay of an instalment."""
    if invoice.parts.count() > 1:
        return invoice.parts.get(installment=installment).amount_micros == installment.remaining_micros
    return invoice.amount_micros - invoice.paid_micros == installment.remaining_micros


@transaction.atomic
def _write_down_instalment(contract: Contract, installment: Installment, now: datetime) -> StripeInvoice:
    number = InvoicePart.objects.filter(installment=installment).count() + 1
    row, created = StripeInvoice.objects.get_or_create(
        reference=f"instalment-invoice:{installment.pk}:{number}",
        defaults={
            "organization_id": contract.organization_id,
            "purpose": StripeInvoice.Purpose.INSTALMENTS,
            "contract": contract,
            "amount_micros": installment.remaining_micros,
            "currency": contract.organization.currency,
            "due_at": max(midnight(installment.due_date) + timedelta(days=1), now + timedelta(days=1)),
            "created_at": now,
            "updated_at": now,
        },
    )
    if created:
        InvoicePart.objects.create(
            invoice=row, installment=installment, position=0, amount_micros=installment.remaining_micros
        )
    return row


def send_invoice(row: StripeInvoice, *, text: str, now: datetime) -> None:
    """Have an invoice made, filled and finalized at Stripe; each step once, whatever came of an earlier try."""
    made = _begin(row, text, now)
    if StripeInvoice.objects.filter(pk=row.pk, ended_by_us=True).exists():
        return  # it was withdrawn meanwhile; a draft asks nobody for anything
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
    """Make the draft, with its one line."""
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
    return obtain(
        stripe_operations.CREATE_INVOICE,
        reference=row.reference,
        organization=row.organization,
        params={
            "customer": customer_id,
            "currency": row.currency.lower(),
            "collection_method": "send_invoice",
            "due_date": int(_due_ahead(row, now).timestamp()),
            "auto_advance": False,
            "description": text,
            "metadata": {"reference": row.reference, "organization": str(row.organization_id)},
        },
        now=now,
    )


def _due_ahead(row: StripeInvoice, now: datetime) -> datetime:
    """Return when an invoice is due: as written down, and a day from now where making it took longer than that."""
    assert row.due_at is not None, "our invoices are due some day"
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


def due_soon(now: datetime) -> list[UUID]:
    """Return the contracts collected by invoice that have an instalment due soon."""
    until = (now.astimezone(UTC) + timedelta(days=settings.INVOICE_LEAD_DAYS)).date()
    rows = Installment.objects.filter(due_date__lte=until, state__in=["due", "partially_paid"])
    offered = ["pending_payment", "active", "past_due"]
    return list(rows.filter(contract__status__in=offered).values_list("contract", flat=True).distinct())
