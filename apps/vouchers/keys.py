"""The keys that derive voucher codes and hash them for lookup.

Both come from the setting VOUCHER_CODE_KEY, or else from SECRET_KEY. A batch stores the key's fingerprint,
so that a changed key is detected before it derives different codes.
"""

import hashlib
import hmac

from django.conf import settings


def deriving_key() -> bytes:
    """Return the key that generated codes are derived from."""
    return _key("derive")


def lookup_key() -> bytes:
    """Return the key that codes are hashed with for lookup."""
    return _key("look up")


def key_fingerprint() -> str:
    """Return an identifier of the current key that does not reveal it."""
    return _key("fingerprint").hex()[:16]


def _key(purpose: str) -> bytes:
    secret = settings.VOUCHER_CODE_KEY or settings.SECRET_KEY
    return hmac.new(secret.encode(), f"voucher codes: {purpose}".encode(), hashlib.sha256).digest()
