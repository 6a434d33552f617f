"""Addresses in Stripe's dashboard."""

from django.conf import settings

DASHBOARD = "https://dashboard.stripe.com"


def at_stripe(kind: str, stripe_id: str) -> str:
    """Return the dashboard address of a Stripe object (`customers`, `payments`, `events` …); empty without an id."""
    if not stripe_id:
        return ""
    mode = "" if settings.STRIPE_LIVEMODE else "/test"
    return f"{DASHBOARD}{mode}/{kind}/{stripe_id}"
