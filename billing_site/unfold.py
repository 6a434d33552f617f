"""The theme's settings. All assets are our own static files; nothing is fetched from elsewhere."""

from collections.abc import Callable
from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy


def _asset(path: str) -> Callable[[Any], str]:
    """Return a function of the request, because the address is known only once static files are set up."""
    return lambda _: static(path)


def unfold_settings() -> dict[str, Any]:
    """Return the theme's settings."""
    return {
        "SITE_TITLE": "Billing back office",
        "SITE_HEADER": "Billing",
        "SITE_SUBHEADER": "Back office",
        "SITE_SYMBOL": "account_balance_wallet",
        "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _asset("backoffice/icon.svg")}],
        "SITE_URL": None,
        "SHOW_BACK_BUTTON": True,
        "SHOW_HISTORY": True,
        "BORDER_RADIUS": "6px",
        "ENVIRONMENT": "apps.backoffice.banner.environment",
        "ENVIRONMENT_TITLE_PREFIX": "apps.backoffice.banner.title_prefix",
        "STYLES": [_asset("backoffice/theme.css")],
        "SCRIPTS": [_asset(f"backoffice/{name}.js") for name in ("keys", "labels", "review")],
        "LOGIN": {"form": "apps.backoffice.signin.SignInForm"},
        "ACCOUNT": {
            "navigation": [
                {"title": "Change password", "link": reverse_lazy("admin:password_change")},
                {"title": "Second factor", "link": reverse_lazy("admin:second_factor")},
                {"title": "Formats and time zone", "link": reverse_lazy("admin:preferences")},
                {"title": "Keyboard", "link": reverse_lazy("admin:keys")},
            ]
        },
        "COMMAND": {"search_models": False, "show_history": True},
        "SIDEBAR": {"show_search": True, "command_search": True, "show_all_applications": False},
    }
