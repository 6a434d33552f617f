"""Idempotency keys of transfers and holds: derived from facts, unique per book, at most 200 characters.

A fingerprint distinguishes a repeat from a different request with the same key.
"""

import hashlib
from collections.abc import Mapping

import orjson

from apps.ledger.errors import InvalidKey

KEY_LENGTH = 200


def beside(key: str, part: str) -> str:
    """Return the key of a transfer posted with another one: `<key>:<part>`.

    Where that exceeds the column, the SHA-256 of `key` replaces it.
    """
    whole = f"{key}:{part}"
    return whole if len(whole) <= KEY_LENGTH else f"{hashlib.sha256(key.encode()).hexdigest()}:{part}"


def refuse_unfit(key: str) -> None:
    """Refuse a key that its column cannot hold, so that the caller gets an error with a field name.

    Raises:
        InvalidKey: it is empty or too long.
    """
    if not 0 < len(key) <= KEY_LENGTH:
        raise InvalidKey(field="key")


def fingerprint(facts: Mapping[str, object]) -> str:
    """Return the SHA-256 of the facts in hex; their order does not matter."""
    return hashlib.sha256(orjson.dumps(facts, str, orjson.OPT_SORT_KEYS)).hexdigest()
