"""Subscriptions of our customers: we make none, and show where the collection of one is paused at Stripe."""

from datetime import UTC, datetime

from apps.payments import issues, stripe_operations
from apps.payments.event_context import EventContext
from apps.payments.handlers.sessions import NotOurs
from apps.payments.models import StripeCustomer
from apps.payments.stripe_objects import SubscriptionFacts

ENDED = ("canceled", "incomplete_expired")
# https://docs.stripe.com/billing/subscriptions/pause-payment
_MEANING = {
    "void": "Invoices made meanwhile are void: nobody is asked for them, then or later.",
    "keep_as_draft": "Invoices made meanwhile stay drafts, and are to be finalized by hand.",
    "mark_uncollectible": "Invoices made meanwhile count as uncollectible.",
}


def look_at_subscription(facts: SubscriptionFacts) -> SubscriptionFacts:
    """Ask Stripe how it is now: events come in any order."""
    return stripe_operations.fetch_subscription(facts.id)


def subscription_changed(facts: SubscriptionFacts, context: EventContext) -> None:
    """Show the customer's subscription while its collection is paused, and what becomes of its invoices.

    Raises:
        NotOurs: its customer is none of ours.
    """
    customer = StripeCustomer.objects.select_related("organization").filter(stripe_id=facts.customer).first()
    if customer is None:
        raise NotOurs
    current: SubscriptionFacts = context.fetched
    if not current.pause or current.status in ENDED:
        resolution = f"It is {current.status}, and its collection is not paused"
        issues.close_issue(issues.Kind.SUBSCRIPTION, subject=facts.id, resolution=resolution, now=context.now)
        return
    until = f"until {datetime.fromtimestamp(current.resumes_at, UTC):%Y-%m-%d}" if current.resumes_at else "for good"
    meaning = _MEANING.get(current.pause, f"What becomes of its invoices is {current.pause!r}.")
    issues.open_issue(
        issues.Kind.SUBSCRIPTION,
        organization=customer.organization,
        subject=facts.id,
        detail=f"Stripe collects nothing for subscription {facts.id} {until}. {meaning}",
        now=context.now,
    )
