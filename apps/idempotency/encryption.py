"""Kept answers are encrypted: they may hold a voucher code, or an address to pay at, that no copy should give away."""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.crypto import salted_hmac


def seal(body: bytes) -> bytes:
    """Encrypt a body with a key that is made from the secret key."""
    return _box(settings.SECRET_KEY).encrypt(body)


def unseal(sealed: bytes) -> bytes | None:
    """Return the body; None where the secret key is another one by now."""
    try:
        return _box(settings.SECRET_KEY).decrypt(sealed)
    except InvalidToken:
        return None


@lru_cache(maxsize=2)
def _box(secret: str) -> Fernet:
    key = salted_hmac("apps.idempotency.answers", b"", secret=secret, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))
