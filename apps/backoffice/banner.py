"""The banner on every page that names the environment: real money, Stripe's test mode, or development."""

from django.conf import settings
from django.http import HttpRequest


def environment(_: HttpRequest) -> tuple[str, str]:
    """Return the banner's text and color."""
    if settings.DEVELOPMENT:
        return "Development", "info"
    if settings.STRIPE_LIVEMODE:
        return "Live", "danger"
    return "Test mode", "warning"


def title_prefix(request: HttpRequest) -> str:
    """Return the prefix of the browser tab's title; empty where money is real."""
    return "" if settings.STRIPE_LIVEMODE and not settings.DEVELOPMENT else f"[{environment(request)[0]}]"
