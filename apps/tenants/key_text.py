"""The format of API keys: `bk_test_k3v9x2mq1a_` and 32 random characters. Plain text in and out.

Everything before the last underscore is the prefix: it is unique, may be shown, and distinguishes test from live. Only
the SHA-256 of the whole key is stored; with more than 128 random bits, a slow or salted hash would add nothing.
"""

import hashlib
import re
import secrets
import string
from dataclasses import dataclass

ALPHABET = string.ascii_letters + string.digits
NAME_ALPHABET = string.ascii_lowercase + string.digits
NAME_LENGTH = 10
SECRET_LENGTH = 32  # 190 bits
FORM = re.compile(rf"(bk_(?:test|live)_[a-z0-9]{{{NAME_LENGTH}}})_[A-Za-z0-9]{{{SECRET_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class NewKey:
    """A new key. `text` is the credential and must not be stored; the other fields may."""

    text: str
    prefix: str
    sha256: str


def new_key(*, live: bool) -> NewKey:
    """Generate a random key."""
    prefix = f"bk_{'live' if live else 'test'}_{_random(NAME_ALPHABET, NAME_LENGTH)}"
    text = f"{prefix}_{_random(ALPHABET, SECRET_LENGTH)}"
    return NewKey(text=text, prefix=prefix, sha256=sha256_of(text))


def prefix_of(text: str) -> str | None:
    """Return the prefix of a well-formed key, or None."""
    match = FORM.fullmatch(text)
    return match[1] if match else None


def sha256_of(text: str) -> str:
    """Return the hash that is stored for a key, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _random(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))
