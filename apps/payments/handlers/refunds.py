"""Refund events: a refund is booked once, when it succeeds; one that fails later is undone once."""

from dataclasses import replace

from apps.payments import stripe_operations
from apps.payments.event_context import EventContext
from apps.payments.services.refund_bookings import apply_refund, known_refund
from apps.payments.services.reversals import (
    StripeContext,
    lock_payments,
    look_up_sibling_payments,
)
from apps.payments.stripe_objects import ChargeFacts, RefundFacts

# Stripe also reports the release of an uncaptured authorization as a refund; no money moves.
NEVER_CAPTURED = ("expired_uncaptured_charge", "partial_capture")


def refund_changed(facts: RefundFacts, context: EventContext) -> None:
    """Update our refund to its state at Stripe; failed is final."""
    if facts.reason in NEVER_CAPTURED:
        return
    known = known_refund(facts)
    first = [known.payment_id] if known is not None else []
    payments = lock_payments(facts.payment_intent, facts.charge, context.fetched, first)
    apply_refund(facts, payments, context)


def look_up_refunds(facts: ChargeFacts) -> StripeContext:
    """Fetch all refunds of a charge from Stripe; the event has only their sum."""
    made = stripe_operations.refunds_of(facts.payment_intent) if facts.payment_intent else ()
    return replace(look_up_sibling_payments(facts), refunds=tuple(made))


def charge_refunded(facts: ChargeFacts, context: EventContext) -> None:
    """Apply every refund behind the charge's refunded amount, each by its own id, as a cross-check."""
    payments = lock_payments(facts.payment_intent, facts.id, context.fetched)
    for refund in context.fetched.refunds:
        if refund.reason not in NEVER_CAPTURED:
            apply_refund(refund, payments, context)
