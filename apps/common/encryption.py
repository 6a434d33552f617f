"""Encryption of stored secrets and responses, with a key of its own for each purpose, derived from SECRET_KEY."""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


def seal(purpose: str, content: bytes) -> bytes:
    """Encrypt content; it can be decrypted only with the same `purpose`."""
    return _box(purpose, _keys()).encrypt(content)


def unseal(purpose: str, sealed: bytes) -> bytes | None:
    """Decrypt content; None if its SECRET_KEY is neither the current one nor in SECRET_KEY_FALLBACKS."""
    try:
        return _box(purpose, _keys()).decrypt(sealed)
    except InvalidToken:
        return None


def _keys() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=8)
def _box(purpose: str, keys: tuple[str, ...]) -> MultiFernet:
    """Return a cipher that encrypts with the first key and decrypts with any."""
    digests = [salted_hmac(purpose, b"", secret=key, algorithm="sha256").digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
