"""JSON, strictly: what is read is what was written, numbers are exact, and nothing a caller sends can break it.

Read: UTF-8 without a byte order mark, no duplicate names, no NaN or Infinity, bounded depth, fractions as Decimal,
integers within 64 bits, text without NUL or lone surrogates. Written: Decimals digit by digit; a float is refused,
since it cannot carry money.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any, NoReturn
from uuid import UUID

from apps.api.errors import FieldError, InvalidInput, MalformedBody
from apps.common.strict_json import OutOfRange, is_deeper

MAX_DEPTH = 32
_FRACTION = re.compile(r"-?[0-9.]{1,40}(?:[eE][+-]?[0-9]{1,2})?")
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")


def read_json(raw: bytes, *, max_depth: int = MAX_DEPTH) -> Any:
    """Parse a body.

    Raises:
        MalformedBody: it is not JSON, or nested deeper than `max_depth`, or names a member twice.
        InvalidInput: it is JSON with a number or a text that no field can hold, naming where.
    """
    value = read_json_items(raw, max_depth=max_depth)
    _refuse_unholdable(value, "body")
    return value


def read_json_items(raw: bytes, *, max_depth: int = MAX_DEPTH) -> Any:
    """Parse a body of many items, each of which its reader refuses by itself, with the others taken.

    A number that no field can hold comes as `OutOfRange`, a text as it is, NUL and lone surrogates included.

    Raises:
        MalformedBody: it is not JSON, or nested deeper than `max_depth`, or names a member twice.
    """
    if is_deeper(raw, max_depth):
        raise MalformedBody(f"The body is nested deeper than {max_depth} levels.")
    try:
        return _DECODER.decode(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise MalformedBody("The body is not UTF-8.") from error
    except json.JSONDecodeError as error:
        raise MalformedBody(f"The body is not JSON: {error.msg} at character {error.pos}.") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise MalformedBody(f"The member {twice[:60]!r} occurs twice in one object.")
    return members


def _integer(text: str) -> int | OutOfRange:
    if len(text) > 20 or not -(2**63) <= int(text) < 2**63:
        return OutOfRange(text[:50], "an integer needs more than 64 bits")
    return int(text)


def _fraction(text: str) -> Decimal | OutOfRange:
    return Decimal(text) if _FRACTION.fullmatch(text) else OutOfRange(text[:50], "a number has too many digits")


def _constant(text: str) -> NoReturn:
    raise MalformedBody(f"{text} is not JSON.")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_fraction, parse_constant=_constant
)


def _refuse_unholdable(value: Any, location: str) -> None:
    if isinstance(value, OutOfRange):
        raise InvalidInput([FieldError(location, value.rule, value.text)])
    if isinstance(value, str):
        if _FORBIDDEN.search(value):
            raise InvalidInput([FieldError(location, "text may not hold NUL or lone surrogate characters")])
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            _refuse_unholdable(name, location)
            _refuse_unholdable(inner, f"{location}.{name}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _refuse_unholdable(inner, f"{location}[{index}]")


def write_json(value: Any) -> bytes:
    """Write a body in UTF-8; Decimals keep their exact digits, without exponent or trailing zeros.

    Raises:
        TypeError: a float, or anything else that has no exact form in JSON.
    """
    return _text(value).encode("utf-8", "replace")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return str(encode_basestring(value))
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, Mapping):
        return "{" + ",".join([f"{encode_basestring(name)}:{_text(inner)}" for name, inner in value.items()]) + "}"
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return "[" + ",".join([_text(inner) for inner in value]) + "]"
    return _other_text(value)


def _other_text(value: Any) -> str:
    if isinstance(value, datetime):
        return f'"{moment_text(value)}"'
    if isinstance(value, (date, UUID)):
        return f'"{value}"'
    raise TypeError(f"{type(value).__name__} has no exact form in JSON")


def number_text(number: Decimal) -> str:
    """Write a finite Decimal as a JSON number with exact digits."""
    if not number.is_finite():
        raise TypeError("NaN and Infinity are not JSON")
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def moment_text(moment: datetime) -> str:
    """Write an aware moment in UTC, RFC 3339 with `Z`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
