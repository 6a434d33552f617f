"""System checks: token issuers must be fully configured, and the local issuer is for development only."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from apps.tenants.issuers import Issuer, configured_issuers


def check_identity(app_configs: Sequence[AppConfig] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """Check the settings of token issuers."""
    if not isinstance(settings.OIDC_ISSUERS, list) or not all(isinstance(i, dict) for i in settings.OIDC_ISSUERS):
        return [
            Error(
                "OIDC_ISSUERS is not a JSON list of objects.",
                hint='Write [{"issuer": …, "jwks_url": …, "authorized_parties": […]}].',
                id="tenants.E004",
            )
        ]
    flags = [entry.get("azp_optional", False) for entry in settings.OIDC_ISSUERS]
    if not all(isinstance(flag, bool) for flag in flags):
        return [
            Error(
                "An issuer in OIDC_ISSUERS has an azp_optional that is neither true nor false.",
                hint="Set it to true to accept tokens without azp, or leave it out.",
                id="tenants.E005",
            )
        ]
    issuers = configured_issuers()
    found = [message for issuer in issuers for message in _check_issuer(issuer)]
    if not issuers and not settings.LOCAL_ISSUER:
        found.append(
            Warning(
                "No issuer is set, so no session token is accepted: customers can use the API only with API keys.",
                hint="Set CLERK_ISSUER, or OIDC_ISSUERS.",
                id="tenants.W006",
            )
        )
    if settings.LOCAL_ISSUER and not settings.DEVELOPMENT:
        found.append(
            Error(
                "LOCAL_ISSUER is on outside development.",
                hint="Unset LOCAL_ISSUER: anyone who can read var/ could sign in as any user.",
                id="tenants.E001",
            )
        )
    return found


def _check_issuer(issuer: Issuer) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not issuer.authorized_parties and not issuer.azp_optional:
        found.append(
            Error(
                f"No authorized parties are set for the issuer {issuer.issuer}, so none of its tokens are accepted.",
                hint="Set CLERK_AUTHORIZED_PARTIES (or authorized_parties in OIDC_ISSUERS) to your own origins.",
                id="tenants.E002",
            )
        )
    secure = ("https://",) if not settings.DEVELOPMENT else ("https://", "http://")
    if not issuer.jwks_url.startswith(secure):
        found.append(
            Error(
                f"The keys of the issuer {issuer.issuer} are not fetched over HTTPS.",
                hint="Set CLERK_JWKS_URL (or jwks_url in OIDC_ISSUERS) to an https:// URL.",
                id="tenants.E003",
            )
        )
    return found
