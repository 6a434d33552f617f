"""Reading JSON that others wrote (Stripe, an issuer, an upstream): one meaning, exact numbers, bounded. Pure.

No duplicate names, no NaN, integers within 64 bits, fractions as Decimal.
"""

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

Json = dict[str, Any]

_LARGEST = 2**63
_MAX_DEPTH = 64
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


@dataclass(frozen=True, slots=True)
class OutOfRange:
    """A number that no field can hold: its first digits, and which rule it breaks."""

    text: str
    rule: str


class NotStrictJson(ValueError):
    """The text is not JSON that can be relied on."""


def read_object(raw: str | bytes) -> Json:
    """Return the object that a text, or its UTF-8, holds.

    Raises:
        NotStrictJson: it is something else, or ambiguous, or nested too deeply.
    """
    if is_deeper(raw.encode("utf-8", "replace") if isinstance(raw, str) else raw, _MAX_DEPTH):
        raise NotStrictJson("it is nested too deeply")
    try:
        value = _DECODER.decode(raw if isinstance(raw, str) else raw.decode("utf-8"))
    except ValueError as error:
        raise NotStrictJson(str(error)[:200]) from error
    if not isinstance(value, dict):
        raise NotStrictJson("it is not an object")
    return value


def is_deeper(raw: bytes, limit: int) -> bool:
    """Tell before parsing whether brackets nest deeper, so that a deep text never reaches a recursive parser."""
    if raw.count(b"[") + raw.count(b"{") <= limit:
        return False
    depth = deepest = 0
    for bracket in _STRING.sub(b"", raw).translate(None, _NOT_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest > limit


def _members(pairs: list[tuple[str, Any]]) -> Json:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name occurs twice in one object")
    return members


def _integer(text: str) -> int:
    if len(text) > 20 or not -_LARGEST <= int(text) < _LARGEST:
        raise ValueError("an integer needs more than 64 bits")
    return int(text)


def _fraction(text: str) -> Decimal:
    if len(text) > 60:
        raise ValueError("a number has too many digits")
    return Decimal(text)


def _constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_members, parse_int=_integer, parse_float=_fraction, parse_constant=_constant
)
