"""The look of the back office. Everything comes from our own static files; nothing is fetched from elsewhere."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy


def _style(_: Any) -> str:
    return static("backoffice/theme.css")


def _keys(_: Any) -> str:
    return static("backoffice/keys.js")


def _labels(_: Any) -> str:
    return static("backoffice/labels.js")


def _icon(_: Any) -> str:
    return static("backoffice/icon.svg")


def unfold_settings() -> dict[str, Any]:
    """Return the theme's settings."""
    return {
        "SITE_TITLE": "Billing back office",
        "SITE_HEADER": "Billing",
        "SITE_SUBHEADER": "Back office",
        "SITE_SYMBOL": "account_balance_wallet",
        "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _icon}],
        "SITE_URL": None,
        "SHOW_BACK_BUTTON": True,
        "SHOW_HISTORY": True,
        "BORDER_RADIUS": "6px",
        "ENVIRONMENT": "apps.backoffice.banner.environment",
        "ENVIRONMENT_TITLE_PREFIX": "apps.backoffice.banner.title_prefix",
        "STYLES": [_style],
        "SCRIPTS": [_keys, _labels],
        "LOGIN": {"form": "apps.backoffice.signin.SignInForm"},
        "ACCOUNT": {
            "navigation": [
                {"title": "Change password", "link": reverse_lazy("admin:password_change")},
                {"title": "Second factor", "link": reverse_lazy("admin:second_factor")},
                {"title": "Keyboard", "link": reverse_lazy("admin:keys")},
            ]
        },
        "COMMAND": {"search_models": False, "show_history": True},
        "SIDEBAR": {"show_search": True, "command_search": True, "show_all_applications": False},
    }
