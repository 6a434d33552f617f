"""Reading members of an object that somebody else wrote: each is of its type or the object is refused."""

import re
from typing import Any

from apps.common.strict_json import Json
from apps.payments.errors import MalformedObject

_ID = re.compile(r"[A-Za-z0-9_\-]{1,255}")
_CURRENCY = re.compile(r"[a-z]{3}")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
LARGEST_AMOUNT = 10**15


def text(body: Json, name: str, *, longest: int = 2_048) -> str:
    """Return a text, empty where it is null or missing."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest or _UNSTORABLE.search(value):
        raise MalformedObject(f"{name} is not a text of at most {longest} characters")
    return value


def required_id(body: Json, name: str = "id") -> str:
    """Return an id; an expanded object counts by its own."""
    value = optional_id(body, name)
    if not value:
        raise MalformedObject(f"{name} is missing")
    return value


def optional_id(body: Json, name: str) -> str:
    """Return an id, empty where it is null or missing; an expanded object counts by its own."""
    value = body.get(name)
    if isinstance(value, dict):
        value = value.get("id")
    if value is None or value == "":
        return ""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise MalformedObject(f"{name} is not an id")
    return value


def integer(body: Json, name: str, default: int | None = None) -> int:
    """Return an integer; null or missing is the default, where there is one."""
    value = body.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, int) or isinstance(value, bool):
        raise MalformedObject(f"{name} is not an integer")
    return value


def amount(body: Json, name: str, default: int | None = None) -> int:
    """Return an amount that money can have, in smallest units."""
    value = signed_amount(body, name, default)
    if value < 0:
        raise MalformedObject(f"{name} is not an amount")
    return value


def signed_amount(body: Json, name: str, default: int | None = None) -> int:
    """Return an amount that may lie below zero, as an invoice's total does, in smallest units."""
    value = integer(body, name, default)
    if abs(value) > LARGEST_AMOUNT:
        raise MalformedObject(f"{name} is not an amount")
    return value


def currency(body: Json) -> str:
    """Return the currency as we write it."""
    value = body.get("currency")
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
        raise MalformedObject("currency is not a currency")
    return value.upper()


def flag(body: Json, name: str) -> bool:
    """Return true or false; null or missing is false."""
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise MalformedObject(f"{name} is not true or false")
    return bool(value)


def member(body: Json, *path: str) -> Json:
    """Return a nested object, empty where it is null or missing on the way."""
    for name in path:
        inner: Any = body.get(name)
        if inner is None:
            return {}
        if not isinstance(inner, dict):
            raise MalformedObject(f"{name} is not an object")
        body = inner
    return body


def rows(body: Json, name: str) -> list[Json]:
    """Return the objects of a list object, none where it is null or missing."""
    return objects(member(body, name), "data", called=name)


def objects(body: Json, name: str, *, called: str = "") -> list[Json]:
    """Return the objects of an array, none where it is null or missing."""
    data = body.get(name)
    if data is None:
        return []
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise MalformedObject(f"{called or name} is not a list")
    return data


def metadata(body: Json, name: str = "metadata") -> dict[str, str]:
    """Return metadata: texts by name."""
    values = member(body, name)
    if len(values) > 50 or not all(isinstance(value, str) and len(value) <= 500 for value in values.values()):
        raise MalformedObject("metadata is not short texts by name")
    return values


def kind(body: Json, name: str) -> None:
    """Check that the object is of a kind."""
    if body.get("object") != name:
        raise MalformedObject(f"it is not a {name}")
