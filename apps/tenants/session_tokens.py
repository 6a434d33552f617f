"""Verification of session tokens: issuer, key, signature, and claims."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from apps.tenants.errors import InvalidCredential
from apps.tenants.issuers import Issuer, trusted_issuer
from apps.tenants.known_credentials import RecentlyUsed
from apps.tenants.session_claims import SessionClaims, parse_payload, read_claims

LONGEST_TOKEN = 8192
LONGEST_KEY_ID = 255

# The library checks only the signature: it accepts a missing `exp` or one that is a string, and does not know `azp`,
# `sid`, `sts`, or `o`. The claims are validated in session_claims, with the time passed in.
_signatures = jwt.PyJWS(algorithms=["RS256"], options={"enforce_minimum_key_length": True})


@dataclass(frozen=True, slots=True)
class _Verified:
    """A token's claims, and the key that its signature was verified with."""

    issuer: str
    kid: str
    key: RSAPublicKey
    claims: Mapping[str, Any]


VERIFIED: RecentlyUsed[_Verified] = RecentlyUsed()


def verify_session_token(token: str, *, now: datetime) -> SessionClaims:
    """Verify a session token and return the caller.

    A signature is verified once, as long as its issuer still has the key; the claims are checked in every call.

    Raises:
        InvalidCredential: it was not signed by a trusted issuer with RS256, or a claim is not valid.
        Unavailable: the issuer's keys were never fetched and cannot be fetched now.
    """
    if len(token) > LONGEST_TOKEN or not token.isascii():
        raise InvalidCredential("The session token cannot be read.")
    digest = hashlib.sha256(token.encode()).hexdigest()
    verified = VERIFIED.get(digest)
    issuer = trusted_issuer(verified.issuer) if verified else None
    if verified is None or issuer is None or issuer.key(verified.kid) != verified.key:
        issuer, verified = _verify(token)
        VERIFIED.put(digest, verified)
    return read_claims(
        verified.claims,
        authorized_parties=issuer.authorized_parties,
        azp_optional=issuer.azp_optional,
        now=now,
    )


def _verify(token: str) -> tuple[Issuer, _Verified]:
    issuer, kid = _claimed_signer(token)
    key = issuer.key(kid)
    if key is None:
        raise InvalidCredential("The session token was signed with an unknown key.")
    try:
        payload = _signatures.decode(token, key, algorithms=["RS256"])
    except jwt.PyJWTError:
        raise InvalidCredential("The session token's signature is not valid.") from None
    return issuer, _Verified(issuer.issuer, kid, key, parse_payload(payload))


def _claimed_signer(token: str) -> tuple[Issuer, str]:
    """Return the trusted issuer and the key id that an unverified token claims."""
    try:
        parts = _signatures.decode_complete(token, options={"verify_signature": False})
    except jwt.PyJWTError:
        raise InvalidCredential("The session token cannot be read.") from None
    header = parts["header"]
    if header.get("alg") != "RS256":
        raise InvalidCredential("The session token is not signed with RS256.")
    kid = header.get("kid")
    if not isinstance(kid, str) or not 0 < len(kid) <= LONGEST_KEY_ID:
        raise InvalidCredential("The session token names no key.")
    issuer = trusted_issuer(parse_payload(parts["payload"]).get("iss"))
    if issuer is None:
        raise InvalidCredential("The session token's issuer is not trusted.")
    return issuer, kid
