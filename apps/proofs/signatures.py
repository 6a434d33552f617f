"""Signing a day's root with Ed25519 (RFC 8032), and telling whether a signature is one of ours.

The key's id is the public key itself, in hexadecimal, so that whoever has an answer can check it.
"""

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from apps.ledger.records import canonical

KEY_BYTES = 32
KEY_ID_LENGTH = 64


class InvalidKey(ValueError):
    """A text that is no signing key."""


def signing_key(text: str) -> Ed25519PrivateKey:
    """Return the key that a text of 32 bytes in base64url stands for.

    Raises:
        InvalidKey: it does not.
    """
    try:
        seed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise InvalidKey("it is not base64url") from error
    if len(seed) != KEY_BYTES:
        raise InvalidKey(f"it has {len(seed)} bytes, not {KEY_BYTES}")
    return Ed25519PrivateKey.from_private_bytes(seed)


def key_id(key: Ed25519PrivateKey) -> str:
    """Return the public key, in hexadecimal."""
    return key.public_key().public_bytes_raw().hex()


def is_public_key(text: str) -> bool:
    """Say whether a text is a key's id."""
    try:
        return len(bytes.fromhex(text)) == KEY_BYTES and len(text) == KEY_ID_LENGTH
    except ValueError:
        return False


def signed_bytes(day: str, root: bytes, leaf_count: int) -> bytes:
    """Return what is signed of a day (YYYY-MM-DD): `["r1",day,root in hexadecimal,number of leaves]`."""
    return canonical(["r1", day, root.hex(), leaf_count])


def is_signed(*, by: str, signature: bytes, content: bytes) -> bool:
    """Say whether the key with this id signed the content."""
    if not is_public_key(by):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(by)).verify(signature, content)
    except InvalidSignature:
        return False
    return True
