"""Readers of members of Stripe's objects; each raises MalformedObject if the member is not of its type."""

import re
from typing import Any

from apps.common.strict_json import Json
from apps.payments.errors import MalformedObject

_ID = re.compile(r"[A-Za-z0-9_\-]{1,255}")
_CURRENCY = re.compile(r"[a-z]{3}")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
LARGEST_AMOUNT = 10**15
LAST_SECOND = 253_402_300_799  # 9999-12-31


def text(body: Json, name: str, *, longest: int = 2_048) -> str:
    """Return a string, empty if null or missing."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest or _UNSTORABLE.search(value):
        raise MalformedObject(f"{name} is not a text of at most {longest} characters")
    return value


def required_id(body: Json, name: str = "id") -> str:
    """Return an id; an expanded object is read as its id."""
    value = optional_id(body, name)
    if not value:
        raise MalformedObject(f"{name} is missing")
    return value


def optional_id(body: Json, name: str) -> str:
    """Return an id, empty if null or missing; an expanded object is read as its id."""
    value = body.get(name)
    if isinstance(value, dict):
        value = value.get("id")
    if value is None or value == "":
        return ""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise MalformedObject(f"{name} is not an id")
    return value


def integer(body: Json, name: str, default: int | None = None) -> int:
    """Return an integer; null or missing is the default, if there is one."""
    value = body.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, int) or isinstance(value, bool):
        raise MalformedObject(f"{name} is not an integer")
    return value


def amount(body: Json, name: str, default: int | None = None) -> int:
    """Return a non-negative amount, in the currency's smallest unit."""
    value = signed_amount(body, name, default)
    if value < 0:
        raise MalformedObject(f"{name} is not an amount")
    return value


def signed_amount(body: Json, name: str, default: int | None = None) -> int:
    """Return an amount that may be negative, as an invoice's total may, in the currency's smallest unit."""
    value = integer(body, name, default)
    if abs(value) > LARGEST_AMOUNT:
        raise MalformedObject(f"{name} is not an amount")
    return value


def currency(body: Json) -> str:
    """Return the currency code in upper case."""
    value = body.get("currency")
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
        raise MalformedObject("currency is not a three-letter code")
    return value.upper()


def flag(body: Json, name: str) -> bool:
    """Return a boolean; null or missing is false."""
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise MalformedObject(f"{name} is not true or false")
    return bool(value)


def member(body: Json, *path: str) -> Json:
    """Return a nested object, empty if any step is null or missing."""
    for name in path:
        inner: Any = body.get(name)
        if inner is None:
            return {}
        if not isinstance(inner, dict):
            raise MalformedObject(f"{name} is not an object")
        body = inner
    return body


def rows(body: Json, name: str) -> list[Json]:
    """Return the objects of a Stripe list, none if null or missing."""
    return objects(member(body, name), "data", called=name)


def objects(body: Json, name: str, *, called: str = "") -> list[Json]:
    """Return the objects of an array, none if null or missing."""
    data = body.get(name)
    if data is None:
        return []
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise MalformedObject(f"{called or name} is not a list")
    return data


def metadata(body: Json, name: str = "metadata") -> dict[str, str]:
    """Return metadata: strings by name."""
    values = member(body, name)
    if len(values) > 50 or not all(isinstance(value, str) and len(value) <= 500 for value in values.values()):
        raise MalformedObject("metadata is not short strings by name")
    return values


def kind(body: Json, name: str) -> None:
    """Check the `object` member, which names the kind."""
    if body.get("object") != name:
        raise MalformedObject(f"it is not a {name}")
