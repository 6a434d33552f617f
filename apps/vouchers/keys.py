"""The keys of voucher codes: one derives codes, one finds them.

Both come from the setting VOUCHER_CODE_KEY, or from SECRET_KEY where that is not set. A batch remembers the fingerprint
of its key, so that a changed key is noticed before it makes other codes.
"""

import hashlib
import hmac

from django.conf import settings


def deriving_key() -> bytes:
    """Return the key that generated codes are derived from."""
    return _key("derive")


def lookup_key() -> bytes:
    """Return the key that codes are hashed with to be found."""
    return _key("look up")


def key_fingerprint() -> str:
    """Return what tells this key from another without telling the key."""
    return _key("fingerprint").hex()[:16]


def _key(purpose: str) -> bytes:
    secret = settings.VOUCHER_CODE_KEY or settings.SECRET_KEY
    return hmac.new(secret.encode(), f"voucher codes: {purpose}".encode(), hashlib.sha256).digest()
