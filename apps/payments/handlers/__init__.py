"""The handler of each event type. Stripe is called first; the effects and the event's new state commit together."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from apps.common.strict_json import Json
from apps.payments.event_context import EventContext
from apps.payments.event_rows import EventRows
from apps.payments.handlers.checkout import (
    charge_moved,
    intent_moved,
    session_completed,
    session_expired,
    session_failed,
    session_paid_later,
)
from apps.payments.handlers.credit_notes import credit_note_changed, look_up_credit_note
from apps.payments.handlers.customers import customer_deleted
from apps.payments.handlers.debits import look_up_debit
from apps.payments.handlers.disputes import (
    dispute_closed,
    dispute_opened,
    fraud_warned,
    funds_reinstated,
    funds_withdrawn,
)
from apps.payments.handlers.invoices import (
    invoice_emailed,
    invoice_finalized,
    invoice_overdue,
    invoice_paid,
    invoice_payment_failed,
    invoice_payment_paid,
    invoice_uncollectible,
    invoice_voided,
    look_up_invoice,
    look_up_paid_invoice,
)
from apps.payments.handlers.mandates import method_detached, method_updated
from apps.payments.handlers.refunds import charge_refunded, look_up_refunds, refund_changed
from apps.payments.handlers.sessions import NotOurs, lock_rows, look_up_intent, look_up_session
from apps.payments.handlers.stripe_balance import balance_moved
from apps.payments.handlers.subscriptions import look_up_subscription, subscription_changed
from apps.payments.models import StripeEvent
from apps.payments.services.reversals import look_up_sibling_payments
from apps.payments.stripe_objects import (
    ChargeFacts,
    CheckoutFacts,
    CreditNoteFacts,
    CustomerFacts,
    DisputeFacts,
    FraudWarningFacts,
    IntentFacts,
    InvoiceFacts,
    InvoicePaymentFacts,
    MethodFacts,
    RefundFacts,
    SubscriptionFacts,
)

__all__ = ["HANDLERS", "EventContext", "Handler", "NotOurs"]


@dataclass(frozen=True, slots=True)
class Handler:
    """Reads an event's object, optionally looks it up at Stripe before the transaction, and applies it.

    `look_up_with_event` also gets the event as `waiting_event` read it. `lock` locks the event with the rows that it is
    about, in one statement; without it the event alone is locked.
    """

    read: Callable[[Json], Any]
    apply: Callable[[Any, EventContext], None]
    look_up: Callable[[Any], Any] | None = None
    look_up_with_event: Callable[[Any, StripeEvent], Any] | None = None
    lock: Callable[[int, Any], tuple[StripeEvent, EventRows]] | None = None

    def fetch(self, facts: Any, event: StripeEvent) -> Any:
        """Look the object up at Stripe, if the handler needs that; None if not."""
        if self.look_up_with_event is not None:
            return self.look_up_with_event(facts, event)
        return None if self.look_up is None else self.look_up(facts)


def _session(apply: Callable[[CheckoutFacts, EventContext], None]) -> Handler:
    return Handler(CheckoutFacts.read, apply, look_up_with_event=look_up_session, lock=lock_rows)


_INTENT = Handler(IntentFacts.read, intent_moved, look_up_intent)
_CHARGE = Handler(ChargeFacts.read, charge_moved)
_SUBSCRIPTION = Handler(SubscriptionFacts.read, subscription_changed, look_up_subscription)
_CREDIT_NOTE = Handler(CreditNoteFacts.read, credit_note_changed, look_up_credit_note)
_BALANCE = Handler(lambda body: body, balance_moved)
_REFUND = Handler(RefundFacts.read, refund_changed, look_up_sibling_payments)

# Other types are stored and ignored, among them invoice.payment_succeeded, which duplicates invoice.paid.
HANDLERS: dict[str, Handler] = {
    "checkout.session.completed": _session(session_completed),
    "checkout.session.async_payment_succeeded": _session(session_paid_later),
    "checkout.session.async_payment_failed": _session(session_failed),
    "checkout.session.expired": _session(session_expired),
    "payment_intent.succeeded": _INTENT,
    "payment_intent.payment_failed": _INTENT,
    "payment_intent.canceled": _INTENT,
    "payment_intent.processing": _INTENT,
    "charge.succeeded": _CHARGE,
    "charge.failed": _CHARGE,
    "invoice.finalized": Handler(InvoiceFacts.read, invoice_finalized),
    "invoice.sent": Handler(InvoiceFacts.read, invoice_emailed),
    "invoice.paid": Handler(InvoiceFacts.read, invoice_paid, look_up_invoice),
    "invoice.payment_failed": Handler(InvoiceFacts.read, invoice_payment_failed, look_up_debit),
    "invoice.payment_action_required": Handler(InvoiceFacts.read, invoice_payment_failed, look_up_debit),
    "invoice.overdue": Handler(InvoiceFacts.read, invoice_overdue, look_up_debit),
    "invoice.voided": Handler(InvoiceFacts.read, invoice_voided),
    "invoice.marked_uncollectible": Handler(InvoiceFacts.read, invoice_uncollectible),
    "invoice.overpaid": Handler(InvoiceFacts.read, invoice_paid, look_up_invoice),
    "credit_note.created": _CREDIT_NOTE,
    "credit_note.voided": _CREDIT_NOTE,
    "invoice_payment.paid": Handler(InvoicePaymentFacts.read, invoice_payment_paid, look_up_paid_invoice),
    "refund.created": _REFUND,
    "refund.updated": _REFUND,
    "refund.failed": _REFUND,
    "charge.refund.updated": _REFUND,
    "charge.refunded": Handler(ChargeFacts.read, charge_refunded, look_up_refunds),
    "charge.dispute.created": Handler(DisputeFacts.read, dispute_opened, look_up_sibling_payments),
    "charge.dispute.updated": Handler(DisputeFacts.read, dispute_opened, look_up_sibling_payments),
    "charge.dispute.funds_withdrawn": Handler(DisputeFacts.read, funds_withdrawn, look_up_sibling_payments),
    "charge.dispute.funds_reinstated": Handler(DisputeFacts.read, funds_reinstated, look_up_sibling_payments),
    "charge.dispute.closed": Handler(DisputeFacts.read, dispute_closed, look_up_sibling_payments),
    "radar.early_fraud_warning.created": Handler(FraudWarningFacts.read, fraud_warned),
    "customer.subscription.created": _SUBSCRIPTION,
    "customer.subscription.updated": _SUBSCRIPTION,
    "customer.subscription.deleted": _SUBSCRIPTION,
    "payment_method.detached": Handler(MethodFacts.read, method_detached),
    "payment_method.updated": Handler(MethodFacts.read, method_updated),
    "payment_method.automatically_updated": Handler(MethodFacts.read, method_updated),
    "customer.deleted": Handler(CustomerFacts.read, customer_deleted),
    "payout.paid": _BALANCE,
    "payout.reconciliation_completed": _BALANCE,
    "payout.failed": _BALANCE,
    "payout.canceled": _BALANCE,
    "balance.available": _BALANCE,
}
