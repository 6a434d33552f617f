"""Addresses of objects in Stripe's dashboard, and links to them."""

from django.conf import settings
from django.utils.html import format_html

DASHBOARD = "https://dashboard.stripe.com"


def dashboard_address(folder: str, stripe_id: str | None) -> str:
    """Return the address of an object in a folder (`customers`, `payments`, `events` …); empty without an id.

    The local Stripe of development has no dashboard, so that all addresses are its own.
    """
    if not stripe_id:
        return ""
    if settings.STRIPE_IS_LOCAL:
        return str(settings.STRIPE_API_BASE)
    mode = "" if settings.STRIPE_LIVEMODE else "/test"
    return f"{DASHBOARD}{mode}/{folder}/{stripe_id}"


def dashboard_link(folder: str, stripe_id: str | None) -> str:
    """Return a link to an object, whose text is its id; empty without an id."""
    address = dashboard_address(folder, stripe_id)
    return format_html('<a href="{}" rel="noreferrer" target="_blank">{}</a>', address, stripe_id) if address else ""
