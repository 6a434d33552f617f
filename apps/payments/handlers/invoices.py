"""Invoice events: each payment is posted once; failed, overdue and uncollectible invoices are shown to staff."""

from datetime import UTC, datetime

from apps.contracts import services as contracts
from apps.outbox.services import enqueue
from apps.payments import issues, stripe_operations
from apps.payments.event_context import EventContext
from apps.payments.handlers.debits import update_installments
from apps.payments.handlers.invoice_money import receive
from apps.payments.handlers.invoice_rows import lock_invoice, move_invoice
from apps.payments.models import UNPAID_STATES, StripeInvoice
from apps.payments.stripe_objects import InvoiceFacts, InvoicePaymentFacts

State = StripeInvoice.State


def look_up_invoice(facts: InvoiceFacts) -> InvoiceFacts:
    """Fetch the invoice with its payments, which events do not carry."""
    return stripe_operations.fetch_invoice(facts.id)


def look_up_paid_invoice(facts: InvoicePaymentFacts) -> InvoiceFacts:
    """Fetch the invoice that a payment is for."""
    return stripe_operations.fetch_invoice(facts.invoice)


def invoice_paid(facts: InvoiceFacts, context: EventContext) -> None:
    """Post each payment that Stripe reports, for an invoice that is paid, partly paid or overpaid."""
    receive(context.fetched, context)


def invoice_payment_paid(facts: InvoicePaymentFacts, context: EventContext) -> None:
    """Post a payment of an invoice, and any earlier ones not yet posted."""
    receive(context.fetched, context)


def invoice_finalized(facts: InvoiceFacts, context: EventContext) -> None:
    """Mark an invoice as open, or queue its voiding if we withdrew it while it was being created."""
    row = lock_invoice(facts, context)
    if not move_invoice(row, State.OPEN, context) and row.state == State.VOID and row.ended_by_us:
        enqueue(
            "payments.withdraw_invoice",
            now=context.now,
            key=f"withdraw-invoice:{row.pk}:{context.event_id}",
            arguments={"invoice_id": row.pk},
        )


def invoice_emailed(facts: InvoiceFacts, context: EventContext) -> None:
    """Open an issue, because Stripe emailed an invoice to the customer, who gets our emails; one for the account."""
    row = lock_invoice(facts, context)
    issues.open_issue(
        issues.Kind.STRIPE_EMAILS,
        subject=context.type,
        detail=(
            f"Stripe emailed invoice {row} to {row.organization}, who is emailed from here. Unless somebody sent it by "
            "hand, turn off emails of finalized invoices, reminders and receipts to customers in Stripe's settings."
        ),
        now=context.now,
    )


def invoice_payment_failed(facts: InvoiceFacts, context: EventContext) -> None:
    """An attempt to collect the invoice failed, or the payer has to confirm it: its installments become overdue.

    Nothing is posted. Stripe retries automatically, or the payer pays on the invoice's page; staff see an issue until
    then. While a newer attempt is in progress, installments and issues do not change.
    """
    row = lock_invoice(facts, context)
    if row.state not in UNPAID_STATES:
        return
    row.failed_at, again = context.now, facts.next_payment_attempt
    row.retry_at = datetime.fromtimestamp(again, UTC) if again else None
    row.save(update_fields=["failed_at", "retry_at"])
    if context.fetched:
        return
    update_installments(row, contracts.mark_payment_failed, context)
    update_installments(row, contracts.mark_installment_overdue, context)
    if row.charged_to:
        _open_failure_issue(row, context)


def _open_failure_issue(row: StripeInvoice, context: EventContext) -> None:
    issues.open_issue(
        issues.Kind.PAYMENT_FAILED,
        organization=row.organization,
        subject=row.stripe_id or "",
        detail=f"Charging the saved payment method failed for invoice {row}. It can be paid at {row.hosted_url}",
        now=context.now,
        sums=issues.IssueSums(expected_micros=row.amount_micros, actual_micros=row.paid_micros),
    )


def invoice_overdue(facts: InvoiceFacts, context: EventContext) -> None:
    """The invoice was not paid in time: its installments become overdue unless a payment is in progress."""
    row = lock_invoice(facts, context)
    if row.state == State.PAID or row.overdue_at is not None:
        return
    row.overdue_at = context.now
    row.save(update_fields=["overdue_at"])
    if not context.fetched:
        update_installments(row, contracts.mark_installment_overdue, context)


def invoice_voided(facts: InvoiceFacts, context: EventContext) -> None:
    """The invoice was voided: by us to replace it, or at Stripe, which voids its installments too.

    Our invoice that it should have collected stays open, and an issue is opened.
    """
    row = lock_invoice(facts, context)
    if move_invoice(row, State.VOID, context) and not row.ended_by_us:
        if row.document_id is None:
            update_installments(row, contracts.void_installment, context)
        _open_ended_issue(row, "voided", context)


def invoice_uncollectible(facts: InvoiceFacts, context: EventContext) -> None:
    """The invoice is uncollectible: by us, or at Stripe, which writes off its installments until a later payment.

    Our invoice that it should have collected stays open, and an issue is opened.
    """
    row = lock_invoice(facts, context)
    if move_invoice(row, State.UNCOLLECTIBLE, context) and not row.ended_by_us:
        if row.document_id is None:
            update_installments(row, contracts.write_off_installment, context)
        _open_ended_issue(row, "marked uncollectible", context)


def _open_ended_issue(row: StripeInvoice, how: str, context: EventContext) -> None:
    """Open an issue for an unpaid invoice of ours that Stripe no longer collects."""
    if row.document is None or not row.document.left_micros:
        return
    issues.open_issue(
        issues.Kind.SCHEDULE,
        organization=row.organization,
        subject=row.stripe_id or "",
        detail=(
            f"Invoice {row.document} is still due, but at Stripe {row} was {how}. "
            "Void, credit or write off the invoice here, or record how it was paid."
        ),
        sums=issues.IssueSums(expected_micros=row.document.left_micros),
        now=context.now,
    )
