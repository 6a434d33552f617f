"""Invoice payments that take days, such as bank debits: meanwhile their installments are neither due nor overdue.

An invoice's intent is in progress while its status is `processing`. It does not name its invoice, so Stripe is asked
for the invoice and, because events arrive in any order, for its current state.
https://docs.stripe.com/payments/paymentintents/lifecycle
"""

from collections.abc import Callable, Mapping

from apps.common.errors import BillingError
from apps.contracts import services as contracts
from apps.payments import stripe_operations
from apps.payments.errors import EventParked
from apps.payments.event_context import EventContext
from apps.payments.handlers.sessions import NotOurs
from apps.payments.models import UNPAID_STATES, StripeInvoice
from apps.payments.stripe_objects import InvoiceFacts


def look_up_debit(facts: InvoiceFacts) -> bool:
    """Ask Stripe whether a payment of an invoice is in progress."""
    return stripe_operations.is_under_way(facts.id)


def follow_debits(under_way: Mapping[str, bool], context: EventContext) -> None:
    """Mark the installments of our invoices, by Stripe id, as processing if a payment is in progress, else as failed.

    Raises:
        NotOurs: none of the invoices is ours.
    """
    rows = StripeInvoice.objects.select_for_update(no_key=True, of=("self",)).filter(stripe_id__in=under_way)
    known = list(rows.order_by("pk"))
    if not known:
        raise NotOurs
    for row in known:
        if row.state in UNPAID_STATES:
            update_installments(
                row,
                contracts.mark_processing if under_way[row.stripe_id or ""] else contracts.mark_payment_failed,
                context,
            )


def update_installments(row: StripeInvoice, tell: Callable[..., object], context: EventContext) -> None:
    """Call a contract service for each open installment of an invoice, or of the invoice of ours that it collects.

    Raises:
        EventParked: the service refused.
    """
    asked = [part.installment for part in row.parts.select_related("installment").order_by("position")]
    if row.document is not None and row.document.installment is not None:
        asked.append(row.document.installment)
    for installment in asked:
        if not installment.is_open:
            continue
        try:
            tell(installment_id=installment.pk, now=context.now)
        except BillingError as error:
            raise EventParked(f"Installment {installment.pk}: {error.detail}") from error
