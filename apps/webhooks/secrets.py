"""Signing secrets of endpoints, in the format of Standard Webhooks; encrypted where they are stored."""

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

from apps.common.encryption import seal, unseal

PREFIX = "whsec_"
_SEALED_FOR = "apps.webhooks.secrets"
_BYTES = 32
_SHOWN = 4
_SECONDS = re.compile(r"\d{1,12}", re.ASCII)


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


def signed_headers(*, event_id: str, body: str, secrets_of_endpoint: Sequence[str], now: datetime) -> dict[str, str]:
    """Return the headers of Standard Webhooks, with a signature for each secret."""
    moment = now.astimezone(UTC).replace(microsecond=0)  # the library signs the wall clock time as UTC
    signatures = [Webhook(secret).sign(event_id, moment, body) for secret in secrets_of_endpoint]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def is_signed(
    *, event_id: str, timestamp: str, body: bytes, signatures: str, secrets_of_endpoint: Sequence[str]
) -> bool:
    """Whether one of the signatures, as Standard Webhooks writes them, is of this message by one of the secrets.

    The body is bytes, which need not be text, as the library wants it; the time is not compared with a clock.
    """
    if not event_id or not _SECONDS.fullmatch(timestamp):
        return False
    signed = f"{event_id}.{timestamp}.".encode() + body
    keys = [base64.b64decode(secret.removeprefix(PREFIX)) for secret in secrets_of_endpoint]
    made = [hmac.digest(key, signed, "sha256") for key in keys]
    given = [_decoded(text) for name, _, text in (each.partition(",") for each in signatures.split()) if name == "v1"]
    return any([hmac.compare_digest(each, told) for each in made for told in given])


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""
