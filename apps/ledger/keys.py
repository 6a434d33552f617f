"""Keys of transfers and holds: made from facts, unique for ever, and never longer than their column."""

import hashlib

from apps.ledger.errors import InvalidKey

KEY_LENGTH = 200


def beside(key: str, part: str) -> str:
    """Return the key of what is posted beside the transfer with another key, always the same for the same two.

    Where both together are too long for the column, the other key's SHA-256 stands for it.
    """
    whole = f"{key}:{part}"
    return whole if len(whole) <= KEY_LENGTH else f"{hashlib.sha256(key.encode()).hexdigest()}:{part}"


def refuse_unfit(key: str) -> None:
    """Refuse a key that its column cannot hold, before one engine does so by an error and the other not at all.

    Raises:
        InvalidKey: it is empty or too long.
    """
    if not 0 < len(key) <= KEY_LENGTH:
        raise InvalidKey(field="key")
