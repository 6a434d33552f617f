"""A digest of the request made under a key; it tells a repeat from a different request with the same key."""

import hashlib
import json
from collections.abc import Mapping


def fingerprint(facts: Mapping[str, object]) -> str:
    """Return the SHA-256 of the facts in hex; their order does not matter."""
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
