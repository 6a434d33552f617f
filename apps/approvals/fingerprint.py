"""What exactly was agreed to, as one hash: an approval serves the same kind, subject and arguments and no others."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def fingerprint(kind: str, subject: str, arguments: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what is asked for, whatever the order of the arguments.

    Raises:
        TypeError: an argument is not a text, a whole number, a truth value, nothing, or a list or mapping of these.
    """
    _refuse_inexact(arguments)
    text = json.dumps([kind, subject, arguments], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _refuse_inexact(value: Any) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError("the arguments of an approval are named by texts")
            _refuse_inexact(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _refuse_inexact(inner)
    elif value is not None and not isinstance(value, (str, int)):
        raise TypeError(f"an approval cannot hold {type(value).__name__}: write it as text or as a whole number")
