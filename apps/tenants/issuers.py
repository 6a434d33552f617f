"""Trusted issuers of session tokens: Clerk, other OIDC issuers from the settings, and a local one in development."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from django.conf import settings

from apps.tenants import local_issuer
from apps.tenants.jwks import KeyCache

_caches: dict[str, KeyCache] = {}


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuer of session tokens. `jwks_url` is empty for the local one, whose key is read from a file."""

    issuer: str
    jwks_url: str
    authorized_parties: frozenset[str] = field(default_factory=frozenset)
    azp_optional: bool = False

    def key(self, kid: str) -> RSAPublicKey | None:
        """Return the public key with this id, or None.

        Raises:
            Unavailable: the issuer's keys were never fetched and cannot be fetched now.
        """
        if not self.jwks_url:
            return local_issuer.public_key(kid)
        return _caches.setdefault(self.jwks_url, KeyCache(self.jwks_url)).key(kid)


def configured_issuers() -> list[Issuer]:
    """Return the external issuers from the settings, Clerk first."""
    clerk = {
        "issuer": settings.CLERK_ISSUER,
        "jwks_url": settings.CLERK_JWKS_URL,
        "authorized_parties": settings.CLERK_AUTHORIZED_PARTIES,
        "azp_optional": settings.CLERK_AZP_OPTIONAL,
    }
    return [_issuer(entry) for entry in [clerk, *settings.OIDC_ISSUERS] if entry.get("issuer")]


def trusted_issuer(name: object) -> Issuer | None:
    """Return the issuer with exactly this name, or None."""
    if local_issuer.is_available() and name == local_issuer.ISSUER:
        return Issuer(local_issuer.ISSUER, "", frozenset([local_issuer.AUTHORIZED_PARTY]))
    return next((issuer for issuer in configured_issuers() if issuer.issuer == name), None)


def _issuer(entry: Mapping[str, Any]) -> Issuer:
    name = str(entry["issuer"])
    return Issuer(
        issuer=name,
        jwks_url=str(entry.get("jwks_url") or f"{name.rstrip('/')}/.well-known/jwks.json"),
        authorized_parties=frozenset(map(str, entry.get("authorized_parties", []))),
        azp_optional=entry.get("azp_optional", False) is True,
    )
