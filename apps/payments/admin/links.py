"""Links to Stripe's dashboard."""

from django.conf import settings
from django.utils.html import format_html


def stripe_link(folder: str, stripe_id: str | None) -> str:
    """Return a link to an object in Stripe's dashboard, or at the local Stripe in development."""
    if not stripe_id:
        return ""
    mode = "" if settings.STRIPE_LIVEMODE else "test/"
    address = (
        settings.STRIPE_API_BASE
        if settings.STRIPE_IS_LOCAL
        else f"https://dashboard.stripe.com/{mode}{folder}/{stripe_id}"
    )
    return format_html('<a href="{}" rel="noreferrer" target="_blank">{}</a>', address, stripe_id)
