"""Invoices: what was paid is posted payment by payment, once; what failed, is late or was given up is shown."""

from collections.abc import Callable

from apps.common.errors import BillingError
from apps.common.money import Micros, decimal_text, from_minor_units
from apps.contracts import services as contracts
from apps.outbox.services import enqueue
from apps.payments import issues, stripe_operations
from apps.payments.causes import STRIPE_INVOICE
from apps.payments.errors import EventParked
from apps.payments.handlers.invoice_money import receive
from apps.payments.handlers.invoice_rows import lock_invoice, move_invoice
from apps.payments.handlers.occasion import Occasion
from apps.payments.models import UNPAID_STATES, StripeInvoice
from apps.payments.objects import CreditNoteFacts, InvoiceFacts, InvoicePaymentFacts
from apps.wallets import selectors as wallet_selectors
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.models import BookingKind

State = StripeInvoice.State


def look_at_invoice(facts: InvoiceFacts) -> InvoiceFacts:
    """Ask Stripe for the invoice with its payments, which events do not carry."""
    return stripe_operations.fetch_invoice(facts.id)


def look_at_its_invoice(facts: InvoicePaymentFacts | CreditNoteFacts) -> InvoiceFacts:
    """Ask Stripe for the invoice that a payment or a credit note is for."""
    return stripe_operations.fetch_invoice(facts.invoice)


def invoice_paid(facts: InvoiceFacts, occasion: Occasion) -> None:
    """Settled, or paid in part or beyond: post what Stripe says was received, payment by payment."""
    receive(occasion.fetched, occasion)


def invoice_payment_paid(facts: InvoicePaymentFacts, occasion: Occasion) -> None:
    """One of perhaps several payments of an invoice arrived: post it with those that came before it."""
    receive(occasion.fetched, occasion)


def invoice_finalized(facts: InvoiceFacts, occasion: Occasion) -> None:
    """It can be paid now. One that we withdrew while it was being made is withdrawn there too."""
    row = lock_invoice(facts, occasion)
    if not move_invoice(row, State.OPEN, occasion) and row.state == State.VOID and row.ended_by_us:
        enqueue(
            "payments.withdraw_invoice",
            now=occasion.now,
            key=f"withdraw-invoice:{row.pk}:{occasion.event_id}",
            arguments={"invoice_id": row.pk},
        )


def invoice_payment_failed(facts: InvoiceFacts, occasion: Occasion) -> None:
    """An attempt to collect it failed, or the payer has to confirm it. Its installments count as late.

    Nothing is posted. Stripe tries again by itself, the payer pays at the invoice's page, and staff see it until then.
    """
    row = lock_invoice(facts, occasion)
    if row.state not in UNPAID_STATES:
        return
    row.failed_at = occasion.now
    row.save(update_fields=["failed_at"])
    _tell_installments(row, contracts.mark_installment_overdue, occasion)
    if row.charged_to:
        _show_failure(row, occasion)


def _show_failure(row: StripeInvoice, occasion: Occasion) -> None:
    issues.open_issue(
        issues.Kind.PAYMENT_FAILED,
        organization=row.organization,
        subject=row.stripe_id or "",
        detail=f"The saved payment method was not charged for invoice {row}. It can be paid at {row.hosted_url}",
        now=occasion.now,
        expected_micros=row.amount_micros,
        actual_micros=row.paid_micros,
    )


def invoice_overdue(facts: InvoiceFacts, occasion: Occasion) -> None:
    """It was not paid in time."""
    row = lock_invoice(facts, occasion)
    if row.state == State.PAID or row.overdue_at is not None:
        return
    row.overdue_at = occasion.now
    row.save(update_fields=["overdue_at"])
    _tell_installments(row, contracts.mark_installment_overdue, occasion)


def invoice_voided(facts: InvoiceFacts, occasion: Occasion) -> None:
    """It is withdrawn: by us to be replaced, or at Stripe, where its installments are withdrawn with it.

    What a postpaid organization owes stays owed and comes on the next invoice.
    """
    row = lock_invoice(facts, occasion)
    if move_invoice(row, State.VOID, occasion) and not row.ended_by_us:
        _tell_installments(row, contracts.void_installment, occasion)


def invoice_uncollectible(facts: InvoiceFacts, occasion: Occasion) -> None:
    """It is given up: a postpaid debt is written off, installments are marked so; money that comes later undoes it."""
    row = lock_invoice(facts, occasion)
    if not move_invoice(row, State.UNCOLLECTIBLE, occasion):
        return
    if row.purpose == StripeInvoice.Purpose.INSTALLMENTS:
        _tell_installments(row, contracts.write_off_installment, occasion)
    else:
        _write_off(row, occasion)


def credit_note_issued(facts: CreditNoteFacts, occasion: Occasion) -> None:
    """What is asked of the payer was lowered at Stripe, or money is to go back: staff bring the schedule in line.

    No money moves by it. A refund that it made is told as a refund, and what is less paid as the invoice is paid.
    """
    row = lock_invoice(occasion.fetched, occasion)
    currency = facts.currency
    left, back = (
        from_minor_units(facts.pre_payment_amount, currency),
        from_minor_units(facts.post_payment_amount, currency),
    )
    issues.open_issue(
        issues.Kind.CREDIT_NOTE,
        organization=row.organization,
        subject=facts.id,
        detail=(
            f"Credit note {facts.number or facts.id} on invoice {row}: {decimal_text(left)} {currency} less to pay, "
            f"{decimal_text(back)} {currency} given back. Discount the installment by what is less to pay."
        ),
        actual_micros=left + back,
        now=occasion.now,
    )


def _write_off(row: StripeInvoice, occasion: Occasion) -> None:
    owed = wallet_selectors.wallet_figures(row.organization, occasion.now).outstanding_micros
    amount = min(row.amount_micros - row.paid_micros, owed)
    if amount <= 0:
        return
    wallets.post_transfer(
        organization=row.organization,
        source=Role.WRITE_OFFS,
        destination=Role.RECEIVABLE,
        amount=Micros(amount),
        kind=BookingKind.WRITE_OFF,
        key=f"invoice:{row.pk}:written-off",
        cause=STRIPE_INVOICE.of(row.pk),
        created_by=occasion.created_by,
        now=occasion.now,
        description=f"Invoice {row} written off",
    )


def _tell_installments(row: StripeInvoice, tell: Callable[..., object], occasion: Occasion) -> None:
    """Tell the contract's side; an installment that is settled or closed by other means stays as it is."""
    for part in row.parts.select_related("installment").order_by("position"):
        if not part.installment.is_open:
            continue
        try:
            tell(installment_id=part.installment_id, now=occasion.now)
        except BillingError as error:
            raise EventParked(f"Installment {part.installment_id}: {error.detail}") from error
