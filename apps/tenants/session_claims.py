"""Validation of a session token's claims, after its signature was checked. Plain values in and out.

Clerk has two formats for the organization: flat (`org_id`, `org_role`) and compact (`o` with `id`, `rol`, `slg`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from apps.common.strict_json import NotStrictJson, read_object
from apps.tenants.errors import InvalidCredential

SKEW_SECONDS = 5
LATEST_SECONDS = 253_402_300_799  # the last second of the year 9999
LONGEST_TEXT = 255
# People's actors are stored as this and the user's id, in columns of 200 characters.
PERSON = "user:"
LONGEST_USER = 200 - len(PERSON)


@dataclass(frozen=True, slots=True)
class SessionClaims:
    """The caller: `actor_user_id` acts for `user_id` (the same person except during impersonation)."""

    issuer: str
    user_id: str
    actor_user_id: str
    session_id: str
    external_organization_id: str | None
    organization_slug: str
    role: str


def actor_of(user_id: str) -> str:
    """Return the name under which the actions of a person's session are recorded."""
    return f"{PERSON}{user_id}"


def user_of(actor: str) -> str:
    """Return the id of the person whose session the actor is, or an empty string."""
    return actor.removeprefix(PERSON) if actor.startswith(PERSON) else ""


def parse_payload(payload: bytes) -> Mapping[str, Any]:
    """Parse the claims of a token.

    Raises:
        InvalidCredential: they are not a strict JSON object: names must be unique and numbers valid JSON.
    """
    try:
        return read_object(payload)
    except NotStrictJson:
        raise InvalidCredential("The token's claims cannot be read.") from None


def read_claims(
    claims: Mapping[str, Any], *, authorized_parties: Collection[str], azp_optional: bool = False, now: datetime
) -> SessionClaims:
    """Validate all claims of a session token and return the caller.

    `azp` must be one of `authorized_parties`; with `azp_optional` it may also be missing.

    Raises:
        InvalidCredential: a claim is missing, of the wrong type, expired or not yet valid, or for another party.
    """
    check_times(claims, now)
    without_party = azp_optional and claims.get("azp") is None
    if not without_party and _text(claims, "azp") not in authorized_parties:
        raise InvalidCredential("The token was issued to another party.")
    if claims.get("sts", "active") != "active":
        raise InvalidCredential("The session is not active yet.")
    user_id = _user(claims)
    organization_id, slug, role = _organization(claims)
    return SessionClaims(
        issuer=_text(claims, "iss"),
        user_id=user_id,
        actor_user_id=_actor(claims) or user_id,
        session_id=_text(claims, "sid"),
        external_organization_id=organization_id,
        organization_slug=slug,
        role=role,
    )


def check_times(claims: Mapping[str, Any], now: datetime) -> None:
    """Refuse a token that has expired, or is not valid yet.

    Raises:
        InvalidCredential: it is one of these, or one of its times is missing or of the wrong type.
    """
    moment = now.timestamp()
    if _seconds(claims, "exp") <= moment - SKEW_SECONDS:
        raise InvalidCredential("The token has expired.")
    if _seconds(claims, "nbf") > moment + SKEW_SECONDS:
        raise InvalidCredential("The token is not valid yet.")
    if _seconds(claims, "iat") > moment + SKEW_SECONDS:
        raise InvalidCredential("The token was issued in the future.")


def _organization(claims: Mapping[str, Any]) -> tuple[str | None, str, str]:
    """Return the organization's id (or None), its slug, and the caller's role, from either format."""
    compact = claims.get("o")
    flat_id = _optional_text(claims, "org_id")
    if compact is None:
        return flat_id or None, _optional_text(claims, "org_slug"), _optional_text(claims, "org_role")
    if not isinstance(compact, dict):
        raise InvalidCredential("The token's claim o is not an object.")
    organization_id = _text(compact, "id")
    if flat_id and flat_id != organization_id:
        raise InvalidCredential("The token names two organizations.")
    role = _optional_text(compact, "rol")
    return organization_id, _optional_text(compact, "slg"), f"org:{role}" if role else ""


def _actor(claims: Mapping[str, Any]) -> str | None:
    actor = claims.get("act")
    if actor is None:
        return None
    if not isinstance(actor, dict):
        raise InvalidCredential("The token's claim act is not an object.")
    return _user(actor)


def _user(claims: Mapping[str, Any]) -> str:
    user_id = _text(claims, "sub")
    if len(user_id) > LONGEST_USER:
        raise InvalidCredential(f"The token's claim sub is longer than {LONGEST_USER} characters.")
    return user_id


def _seconds(claims: Mapping[str, Any], name: str) -> int | Decimal:
    """Return a NumericDate (RFC 7519): seconds since 1970, integer or fractional."""
    value = claims.get(name)
    if not isinstance(value, int | Decimal) or isinstance(value, bool) or not 0 <= value <= LATEST_SECONDS:
        raise InvalidCredential(f"The token's claim {name} is not a time in seconds.")
    return value


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = _optional_text(claims, name)
    if not value:
        raise InvalidCredential(f"The token has no claim {name}.")
    return value


def _optional_text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or not value.isprintable():
        raise InvalidCredential(f"The token's claim {name} is not a short text.")
    return value
