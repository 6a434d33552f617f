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
from apps.tenants.session_claims import SessionClaims, check_times, parse_payload, read_claims

LONGEST_TOKEN = 8192
LONGEST_KEY_ID = 255

# The library checks only the signature: it accepts a missing `exp` or one that is a string, and does not know `azp`,
# `sid`, `sts`, or `o`. The claims are validated in session_claims, with the time passed in.
_signatures = jwt.PyJWS(algorithms=["RS256"], options={"enforce_minimum_key_length": True})


@dataclass(frozen=True, slots=True)
class _Verified:
    """A token's claims as its issuer's settings allow them, and the key that its signature was verified with."""

    issuer: Issuer
    kid: str
    key: RSAPublicKey
    claims: Mapping[str, Any]
    session: SessionClaims


VERIFIED: RecentlyUsed[_Verified] = RecentlyUsed()


def verify_session_token(token: str, *, now: datetime) -> SessionClaims:
    """Verify a session token and return the caller.

    A token is verified once, as long as its issuer still has the key and the same settings; its times are checked in
    every call.

    Raises:
        InvalidCredential: it was not signed by a trusted issuer with RS256, or a claim is not valid.
        Unavailable: the issuer's keys were never fetched and cannot be fetched now.
    """
    if len(token) > LONGEST_TOKEN or not token.isascii():
        raise InvalidCredential("The session token cannot be read.")
    digest = hashlib.sha256(token.encode()).hexdigest()
    verified = VERIFIED.get(digest)
    if verified is not None and _is_trusted(verified):
        check_times(verified.claims, now)
        return verified.session
    verified = _verify(token, now)
    VERIFIED.put(digest, verified)
    return verified.session


def _is_trusted(verified: _Verified) -> bool:
    issuer = verified.issuer
    return trusted_issuer(issuer.issuer) == issuer and issuer.key(verified.kid) == verified.key


def _verify(token: str, now: datetime) -> _Verified:
    issuer, kid = _claimed_signer(token)
    key = issuer.key(kid)
    if key is None:
        raise InvalidCredential("The session token was signed with an unknown key.")
    try:
        payload = _signatures.decode(token, key, algorithms=["RS256"])
    except jwt.PyJWTError:
        raise InvalidCredential("The session token's signature is not valid.") from None
    claims = parse_payload(payload)
    session = read_claims(
        claims, authorized_parties=issuer.authorized_parties, azp_optional=issuer.azp_optional, now=now
    )
    return _Verified(issuer, kid, key, claims, session)


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
