"""Signing secrets of endpoints, encrypted where they are stored; `signatures` uses them."""

import base64
import secrets

from apps.common.encryption import seal, unseal

PREFIX = "whsec_"
_SEALED_FOR = "apps.webhooks.secrets"
_BYTES = 32
_SHOWN = 4


def new_secret() -> str:
    """Return a new secret: `whsec_` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def sealed(secret: str) -> bytes:
    """Encrypt a secret for storage."""
    return seal(_SEALED_FOR, secret.encode())


def unsealed(stored: bytes | memoryview) -> str | None:
    """Decrypt a stored secret; None if SECRET_KEY was replaced without keeping the former one as a fallback."""
    secret = unseal(_SEALED_FOR, bytes(stored))
    return None if secret is None else secret.decode()


def hint(secret: str) -> str:
    """Return the last characters of a secret, by which people recognize it."""
    return secret[-_SHOWN:]
