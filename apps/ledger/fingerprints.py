"""What was asked for under a key, in one short string: a repeat is told from another request by comparing it."""

import hashlib
import json
from collections.abc import Mapping


def fingerprint(facts: Mapping[str, object]) -> str:
    """Return the SHA-256 of the facts, whatever their order."""
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
