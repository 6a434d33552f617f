"""Invoices for installments: one each, charged to the saved payment method or sent to the payer."""

from datetime import datetime, timedelta

from django.conf import settings

from apps.common.money import money_text, to_minor_units
from apps.common.periods import midnight
from apps.common.transactions import serialized
from apps.contracts.models import Contract, Installment
from apps.contracts.services.locks import lock_installment
from apps.payments import issues
from apps.payments.models import UNPAID_STATES, InvoicePart, PaymentIssue, StripeInvoice
from apps.payments.references import ObjectKind
from apps.payments.services.invoice_voids import void_invoice
from apps.payments.services.stripe_invoices import send_invoice
from apps.payments.stripe_texts import installment_text

State = StripeInvoice.State


def invoice_installment(*, installment_id: int, charged_to: str, now: datetime) -> StripeInvoice | None:
    """Invoice an open installment once; an invoice with another amount is replaced if Stripe voids it.

    `charged_to` is the Stripe id of the payment method to charge; if empty, the invoice is sent. Returns None if
    nothing is left to pay, or too little to invoice, which opens an issue.

    Raises:
        StripeRefused, StripeUnavailable: it failed; a retry continues from there.
    """
    current = open_invoice_of(installment_id)
    fits = current is None or _is_current(current, installment_id)
    if current is not None and not fits and not void_invoice(current, now=now):
        return current
    row = _write_down(installment_id=installment_id, charged_to=charged_to, now=now)
    if row is not None and row.state == State.REQUESTED:
        send_invoice(row, text=installment_text(Installment.objects.get(pk=installment_id)), now=now)
        row.refresh_from_db()
    return row


def open_invoice_of(installment_id: int) -> StripeInvoice | None:
    """Return the unpaid invoice at Stripe for an installment, if there is one: of its own, or of our invoice for it."""
    ours = StripeInvoice.objects.filter(document__installment=installment_id, state__in=UNPAID_STATES)
    if found := ours.select_related("organization").order_by("-pk").first():
        return found
    return _part_invoice_of(installment_id)


def withdraw_own_invoice(installment_id: int, *, now: datetime) -> bool:
    """Void an installment's own invoice at Stripe, which an invoice of ours replaces; return whether none is left."""
    current = _part_invoice_of(installment_id)
    return current is None or void_invoice(current, now=now)


def _part_invoice_of(installment_id: int) -> StripeInvoice | None:
    parts = InvoicePart.objects.filter(installment=installment_id, invoice__state__in=UNPAID_STATES)
    part = parts.select_related("invoice__organization").order_by("-pk").first()
    return part.invoice if part else None


def _is_current(invoice: StripeInvoice, installment_id: int) -> bool:
    left = Installment.objects.get(pk=installment_id).remaining_micros
    return invoice.amount_micros - invoice.paid_micros == left


@serialized
def _write_down(*, installment_id: int, charged_to: str, now: datetime) -> StripeInvoice | None:
    """Store an installment's invoice under its contract's lock, or return the open one."""
    installment = lock_installment(installment_id)
    current = open_invoice_of(installment_id)
    if current is not None or not installment.is_open or not installment.remaining_micros:
        return current
    if _is_too_small(installment):
        _open_too_small_issue(installment, now)
        return None
    contract = installment.contract
    number = InvoicePart.objects.filter(installment=installment).count() + 1
    row = StripeInvoice.objects.create(
        reference=ObjectKind.INSTALLMENT_INVOICE.reference(installment.pk, number),
        organization=contract.organization,
        purpose=StripeInvoice.Purpose.INSTALLMENTS,
        contract=contract,
        amount_micros=installment.remaining_micros,
        currency=contract.organization.currency,
        charged_to=charged_to,
        due_at=_end_of(installment),
        created_at=now,
        updated_at=now,
    )
    InvoicePart.objects.create(
        organization_id=row.organization_id,
        invoice=row,
        installment=installment,
        position=0,
        amount_micros=installment.remaining_micros,
    )
    return row


def _is_too_small(installment: Installment) -> bool:
    """Return whether less is left than Stripe's minimum charge; Stripe marks such an invoice as paid without charging.

    https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
    """
    currency = installment.contract.organization.currency
    return bool(to_minor_units(installment.remaining_micros, currency) < settings.INVOICE_LEAST)


def _open_too_small_issue(installment: Installment, now: datetime) -> None:
    organization = installment.contract.organization
    left = money_text(installment.remaining_micros, organization.currency)
    issues.open_issue(
        issues.Kind.TOO_SMALL,
        organization=organization,
        subject=str(installment.pk),
        detail=(
            f"{left} is left on the installment of {installment.due_date}, which is too "
            "little for an invoice. Record how it is paid, or write it off."
        ),
        sums=issues.IssueSums(expected_micros=installment.remaining_micros),
        now=now,
    )


def close_settled(contract: Contract, *, now: datetime) -> None:
    """Close issues of installments that were too small to invoice and are now settled or larger."""
    told = PaymentIssue.objects.filter(
        kind=issues.Kind.TOO_SMALL, organization=contract.organization_id, resolved_at=None
    )
    ids = [int(subject) for subject in told.values_list("subject", flat=True)]
    rows = Installment.objects.filter(pk__in=ids, contract=contract)
    for row in rows.select_related("contract__organization"):
        if not row.is_open or not _is_too_small(row):
            resolution = f"It is {row.get_state_display().lower()}"
            issues.close_issue(issues.Kind.TOO_SMALL, subject=str(row.pk), resolution=resolution, now=now)


def _end_of(installment: Installment) -> datetime:
    """Return the last second of the due date, so that a payment on that day is on time and Stripe shows that date."""
    end: datetime = midnight(installment.due_date) + timedelta(days=1) - timedelta(seconds=1)
    return end
