"""Signing secrets of endpoints, in the format of Standard Webhooks; encrypted where they are stored."""

import base64
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

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
    """Return the end of a secret, by which people tell secrets apart."""
    return secret[-_SHOWN:]


def signed_headers(*, event_id: str, body: str, secrets_of_endpoint: Sequence[str], now: datetime) -> dict[str, str]:
    """Return the headers of Standard Webhooks, with a signature for each secret."""
    moment = now.astimezone(UTC).replace(microsecond=0)  # the library signs the wall clock time as UTC
    signatures = [Webhook(secret).sign(event_id, moment, body) for secret in secrets_of_endpoint]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
