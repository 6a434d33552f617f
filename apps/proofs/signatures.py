"""Sign a day's root with Ed25519 (RFC 8032), and verify signatures.

A key's id is its public key in hex, so that anyone who has a root can verify its signature.
"""

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from apps.ledger.records import canonical

KEY_BYTES = 32
KEY_ID_LENGTH = 64


class InvalidKey(ValueError):
    """The text is not a signing key."""


def signing_key(text: str) -> Ed25519PrivateKey:
    """Parse a signing key: 32 bytes in base64url.

    Raises:
        InvalidKey: the text is not base64url, or not 32 bytes.
    """
    try:
        seed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise InvalidKey("it is not base64url") from error
    if len(seed) != KEY_BYTES:
        raise InvalidKey(f"it has {len(seed)} bytes, not {KEY_BYTES}")
    return Ed25519PrivateKey.from_private_bytes(seed)


def key_id(key: Ed25519PrivateKey) -> str:
    """Return the public key in hex."""
    return key.public_key().public_bytes_raw().hex()


def is_public_key(text: str) -> bool:
    """Whether a text is a key's id: 64 hexadecimal digits."""
    try:
        return len(bytes.fromhex(text)) == KEY_BYTES and len(text) == KEY_ID_LENGTH
    except ValueError:
        return False


def signed_bytes(day: str, root: bytes, leaf_count: int) -> bytes:
    """Return the bytes that are signed for a day (YYYY-MM-DD): `["r1",day,root in hex,number of leaves]`."""
    return canonical(["r1", day, root.hex(), leaf_count])


def sign_root(key: Ed25519PrivateKey, day: str, root: bytes, leaf_count: int) -> bytes:
    """Return the signature of a day's root."""
    return key.sign(signed_bytes(day, root, leaf_count))


def is_signed(*, by: str, signature: bytes, content: bytes) -> bool:
    """Whether the key with this id signed the content."""
    if not is_public_key(by):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(by)).verify(signature, content)
    except InvalidSignature:
        return False
    return True
