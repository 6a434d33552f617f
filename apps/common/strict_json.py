"""Strict and fast JSON: no ambiguity when reading, exact numbers, and no errors but those named here, whatever the
input.

Reading: UTF-8 without a byte order mark, no duplicate names, no NaN or Infinity, bounded depth, fractions as Decimal,
integers within 64 bits. Writing: Decimals digit by digit; floats are refused, since they cannot carry money. Pure.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain
from typing import Any, NoReturn
from uuid import UUID

import orjson

Json = dict[str, Any]

_LARGEST = 2**63
_MAX_DEPTH = 64  # The limit for what Stripe, an issuer or an upstream sends.
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_FRACTION = re.compile(r"-?[0-9.]{1,40}(?:[eE][+-]?[0-9]{1,2})?")
# Only a number of at least so many digits can exceed 64 bits. Mapping digits to one byte and searching for a run of it
# takes a twelfth of the time of a pattern.
_LONG_NUMBER = b"0" * 19
_DIGITS_ALIKE = bytes([ord("0") if ord("0") <= byte <= ord("9") else ord(" ") for byte in range(256)])
_SPACED_COLON = re.compile(rb'"[ \t\r\n]+:')
# A text without any of these has no such colon, and searching for them is much faster than the pattern above.
_SPACE_AND_COLON = (b" :", b"\t:", b"\r:", b"\n:")
_EXACT = frozenset([str, int, bool, type(None), Decimal, UUID, date])
_SURROGATES = re.compile("[\ud800-\udfff]")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class OutOfRange:
    """A number that no field can hold: its first digits, and the rule it breaks."""

    text: str
    rule: str


class NotStrictJson(ValueError):
    """The text is not strict JSON; the message says why, as in "is not UTF-8"."""


def read_object(raw: str | bytes) -> Json:
    """Return the object in a text or its UTF-8.

    Raises:
        NotStrictJson: it is not an object, ambiguous, nested too deeply, or has a number that no field can hold.
    """
    # A text with lone surrogates has no UTF-8; its bytes are refused as such.
    value, is_plain = read_value(raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw, _MAX_DEPTH)
    if not is_plain:
        _refuse_out_of_range(value)
    if not isinstance(value, dict):
        raise NotStrictJson("is not an object")
    return value


def is_deeper(raw: bytes, limit: int) -> bool:
    """Return whether brackets nest deeper than allowed, before a recursive parser sees the text."""
    if raw.count(b"[") + raw.count(b"{") <= limit:
        return False
    depth = deepest = 0
    for bracket in _STRING.sub(b"", raw).translate(None, _NOT_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest > limit


def read_value(raw: bytes, max_depth: int) -> tuple[Any, bool]:
    """Return the value in UTF-8 text, and whether it is known to hold only 64-bit integers and text without NUL and
    surrogates; a number that no field can hold becomes an `OutOfRange`.

    Raises:
        NotStrictJson: it is not JSON, nested deeper than `max_depth`, or names a member twice.
    """
    try:
        value = orjson.loads(raw)
        if _is_as_written(value, raw, max_depth):
            return value, True
    except orjson.JSONDecodeError:
        pass  # The slower reader below names the error, or reads the text if only it can.
    if is_deeper(raw, max_depth):
        raise NotStrictJson(f"is nested deeper than {max_depth} levels")
    try:
        return _DECODER.decode(raw.decode("utf-8")), False
    except UnicodeDecodeError as error:
        raise NotStrictJson("is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise NotStrictJson(f"is not JSON: {error.msg} at character {error.pos}") from error


def _is_as_written(value: Any, raw: bytes, max_depth: int) -> bool:
    """Return whether orjson lost nothing: no number became a float, no duplicate member was dropped.

    Without backslashes, every quote starts or ends a text, so `":` follows each name, and otherwise occurs only if a
    text begins with a colon. That count is an upper bound of the members. In doubt, return False.
    """
    if b"\\" in raw or (any([each in raw for each in _SPACE_AND_COLON]) and _SPACED_COLON.search(raw)):
        return False
    has_long = _LONG_NUMBER in raw.translate(_DIGITS_ALIKE)
    members, depth, level = 0, 0, [value]
    while True:
        kinds = set(map(type, level))
        if float in kinds or (has_long and any([type(one) is int and one >= _LARGEST for one in level])):
            return False
        objects = [one for one in level if type(one) is dict] if dict in kinds else []
        arrays = [one for one in level if type(one) is list] if list in kinds else []
        if not objects and not arrays:
            return depth <= max_depth and members == raw.count(b'":')
        members += sum(map(len, objects))
        depth, level = depth + 1, [*chain.from_iterable(map(dict.values, objects)), *chain.from_iterable(arrays)]


def _members(pairs: list[tuple[str, Any]]) -> Json:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotStrictJson(f"has the member {twice[:60]!r} twice in one object")
    return members


def _integer(text: str) -> int | OutOfRange:
    if len(text) > 20 or not -_LARGEST <= int(text) < _LARGEST:
        return OutOfRange(text[:50], "an integer needs more than 64 bits")
    return int(text)


def _fraction(text: str) -> Decimal | OutOfRange:
    return Decimal(text) if _FRACTION.fullmatch(text) else OutOfRange(text[:50], "a number has too many digits")


def _constant(text: str) -> NoReturn:
    raise NotStrictJson(f"has {text}, which is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_members, parse_int=_integer, parse_float=_fraction, parse_constant=_constant
)


def _refuse_out_of_range(value: Any) -> None:
    left = [value]
    while left:
        each = left.pop()
        if isinstance(each, OutOfRange):
            raise NotStrictJson(f"has the number {each.text}: {each.rule}")
        left.extend(each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())


def write_json(value: Any) -> bytes:
    """Write a value in UTF-8; Decimals keep exact digits, without exponent or trailing zeros; times are in UTC.

    A lone surrogate in a text, which UTF-8 cannot hold, becomes a question mark.

    Raises:
        TypeError: a float, or anything else without an exact form in JSON.
    """
    options = _options(value)
    try:
        return orjson.dumps(value, _exact, options)
    except TypeError as error:
        if "surrogates" not in str(error):
            raise
        return orjson.dumps(_without_surrogates(value), _exact, options)


def _options(value: Any) -> int:
    """Refuse floats, which orjson would accept, and return whether a time must be converted to UTC first."""
    options, left = orjson.OPT_UTC_Z, [value]
    while left:
        each = left.pop()
        kind = type(each)
        if kind in _EXACT:
            continue
        if kind is datetime:
            if each.tzinfo is not UTC:
                options |= orjson.OPT_PASSTHROUGH_DATETIME
        elif kind is dict or isinstance(each, Mapping):
            left.extend(each.values())
        elif kind is list or (isinstance(each, Sequence) and not isinstance(each, (str, bytes))):
            left.extend(each)
        elif isinstance(each, float):
            raise TypeError("float has no exact form in JSON")
    return options


def _exact(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(number_text(value))
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no exact form in JSON")


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATES.sub("?", value)
    if isinstance(value, Mapping):
        return {_without_surrogates(name): _without_surrogates(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_surrogates(inner) for inner in value]
    return value


def number_text(number: Decimal) -> str:
    """Write a finite Decimal as a JSON number with exact digits."""
    if not number.is_finite():
        raise TypeError("NaN and Infinity are not JSON")
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def moment_text(moment: datetime) -> str:
    """Write an aware time in UTC, as RFC 3339 with `Z`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def read_moment(text: str) -> datetime:
    """Return the time in an RFC 3339 text, in UTC, cut to microseconds.

    Raises:
        ValueError: it has another form, or no offset. OverflowError: its year in UTC is not from 1 to 9999.
    """
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise ValueError("is not RFC 3339 with an offset")
    day, clock, fraction, offset = match.groups()
    micros = (fraction or "").ljust(6, "0")[:6]
    return datetime.fromisoformat(f"{day}T{clock}.{micros}{offset.upper()}").astimezone(UTC)
