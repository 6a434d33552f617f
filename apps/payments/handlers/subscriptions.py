"""Subscription events: we create none, but an issue is open while one of our customers' is paused at Stripe."""

from datetime import UTC, datetime

from apps.payments import issues, stripe_operations
from apps.payments.event_context import EventContext
from apps.payments.handlers.sessions import NotOurs
from apps.payments.models import StripeCustomer
from apps.payments.stripe_objects import SubscriptionFacts

ENDED = ("canceled", "incomplete_expired")
# https://docs.stripe.com/billing/subscriptions/pause-payment
_MEANING = {
    "void": "Invoices created during the pause are voided and never collected.",
    "keep_as_draft": "Invoices created during the pause stay drafts and must be finalized by hand.",
    "mark_uncollectible": "Invoices created during the pause are marked uncollectible.",
}


def look_up_subscription(facts: SubscriptionFacts) -> SubscriptionFacts:
    """Fetch its current state from Stripe, since events arrive in any order."""
    return stripe_operations.fetch_subscription(facts.id)


def subscription_changed(facts: SubscriptionFacts, context: EventContext) -> None:
    """Open an issue while a subscription's collection is paused; its text says how its invoices are handled.

    Raises:
        NotOurs: its customer is not one of ours.
    """
    customer = StripeCustomer.objects.select_related("organization").filter(stripe_id=facts.customer).first()
    if customer is None:
        raise NotOurs
    current: SubscriptionFacts = context.fetched
    if not current.pause or current.status in ENDED:
        resolution = f"It is {current.status}, and its collection is not paused"
        issues.close_issue(issues.Kind.SUBSCRIPTION, subject=facts.id, resolution=resolution, now=context.now)
        return
    until = (
        f"until {datetime.fromtimestamp(current.resumes_at, UTC):%Y-%m-%d}" if current.resumes_at else "indefinitely"
    )
    meaning = _MEANING.get(current.pause, f"Its invoices are handled as {current.pause!r}.")
    issues.open_issue(
        issues.Kind.SUBSCRIPTION,
        organization=customer.organization,
        subject=facts.id,
        detail=f"Stripe collects nothing for subscription {facts.id} {until}. {meaning}",
        now=context.now,
    )
