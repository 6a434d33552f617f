"""Encryption of stored responses, which may contain voucher codes or payment URLs."""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.crypto import salted_hmac


def seal(body: bytes) -> bytes:
    """Encrypt a body with a key derived from SECRET_KEY."""
    return _box(settings.SECRET_KEY).encrypt(body)


def unseal(sealed: bytes) -> bytes | None:
    """Decrypt a body; None if SECRET_KEY has changed since."""
    try:
        return _box(settings.SECRET_KEY).decrypt(sealed)
    except InvalidToken:
        return None


@lru_cache(maxsize=2)
def _box(secret: str) -> Fernet:
    key = salted_hmac("apps.idempotency.answers", b"", secret=secret, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))
