"""Payments of invoices that take days: meanwhile what is invoiced is under way, and neither asked for again nor late.

An intent of an invoice is under way while it is `processing`; it tells of no invoice, so Stripe is asked which it pays,
and how that invoice is now: events come in any order.
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


def look_at_debit(facts: InvoiceFacts) -> bool:
    """Ask Stripe whether a payment of an invoice is under way now."""
    return stripe_operations.is_under_way(facts.id)


def follow_debits(under_way: Mapping[str, bool], context: EventContext) -> None:
    """Note of each invoice of ours, by its id, whether a payment of it is under way now.

    Raises:
        NotOurs: none of them is ours.
    """
    rows = StripeInvoice.objects.select_for_update(no_key=True, of=("self",)).filter(stripe_id__in=under_way)
    known = list(rows.order_by("pk"))
    if not known:
        raise NotOurs
    for row in known:
        if row.state in UNPAID_STATES:
            tell_installments(
                row,
                contracts.mark_processing if under_way[row.stripe_id or ""] else contracts.mark_payment_failed,
                context,
            )


def tell_installments(row: StripeInvoice, tell: Callable[..., object], context: EventContext) -> None:
    """Tell the contract's side; an installment that is settled or closed by other means stays as it is."""
    for part in row.parts.select_related("installment").order_by("position"):
        if not part.installment.is_open:
            continue
        try:
            tell(installment_id=part.installment_id, now=context.now)
        except BillingError as error:
            raise EventParked(f"Installment {part.installment_id}: {error.detail}") from error
