"""A local issuer of session tokens for development. Its key pair is stored under `var/`.

The first process that needs the key pair creates it. Outside development it is never created, read, or trusted.
"""

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

ISSUER = "local-issuer"
AUTHORIZED_PARTY = "local-dashboard"
KEY_FILE = "local_issuer.pem"


@dataclass(frozen=True, slots=True)
class _KeyPair:
    """The key pair, and the id that the header of a token names it by."""

    private: rsa.RSAPrivateKey
    public: rsa.RSAPublicKey
    id: str


def is_available() -> bool:
    """Return whether the local issuer is enabled; never outside development."""
    return bool(settings.DEVELOPMENT and settings.LOCAL_ISSUER)


def external_organization_id(organization_id: object) -> str:
    """Return the local issuer's id of an organization."""
    return f"org_{organization_id}"


def public_key(kid: str) -> rsa.RSAPublicKey | None:
    """Return the local issuer's public key if it has this id."""
    keys = _key_pair(settings.VAR_DIR)
    return keys.public if kid == keys.id else None


def key_set() -> dict[str, Any]:
    """Return the local issuer's public key as a JSON Web Key Set."""
    keys = _key_pair(settings.VAR_DIR)
    numbers = jwt.algorithms.RSAAlgorithm.to_jwk(keys.public, as_dict=True)
    return {"keys": [{**numbers, "kid": keys.id, "use": "sig", "alg": "RS256"}]}


def sign_session(
    *, external_organization_id: str, slug: str, user_id: str, role: str, now: datetime, ttl_seconds: int
) -> str:
    """Return a session token in Clerk's compact form, valid from `now` for `ttl_seconds`."""
    keys = _key_pair(settings.VAR_DIR)
    issued_at = int(now.timestamp())
    claims = {
        "iss": ISSUER,
        "azp": AUTHORIZED_PARTY,
        "sub": user_id,
        "sid": f"sess_{user_id}",
        "sts": "active",
        "iat": issued_at,
        "nbf": issued_at,
        "exp": issued_at + ttl_seconds,
        "v": 2,
        "o": {"id": external_organization_id, "slg": slug, "rol": role.removeprefix("org:")},
    }
    return jwt.encode(claims, keys.private, algorithm="RS256", headers={"kid": keys.id})


@lru_cache(maxsize=4)
def _key_pair(folder: Path) -> _KeyPair:
    path = folder / KEY_FILE
    if not path.exists():
        _make_key_pair(path)
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"{path} does not hold an RSA key")
    return _KeyPair(key, key.public_key(), _key_id(key.public_key()))


def _make_key_pair(path: Path) -> None:
    """Create the key pair atomically with a hard link, which fails if another process was faster."""
    pem = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}")
    draft.touch(mode=0o600)
    draft.write_bytes(pem)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _key_id(key: rsa.RSAPublicKey) -> str:
    encoded = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return f"local-{hashlib.sha256(encoded).hexdigest()[:16]}"
