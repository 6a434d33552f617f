"""Encode the fields of an action as JSON and decode them by their annotations. Floats are refused as inexact."""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID


def encode(value: Any) -> Any:
    """Encode a value as JSON.

    Raises:
        TypeError: it is not a string, integer, boolean, date, UUID, tuple, dataclass, or None.
    """
    if value is None or isinstance(value, (bool, int, str)):
        return str(value) if isinstance(value, StrEnum) else value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date):  # includes datetime
        return value.isoformat()
    if isinstance(value, tuple):
        return [encode(each) for each in value]
    if is_dataclass(value):
        return {field.name: encode(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"an approval cannot hold {type(value).__name__}: use a string or an integer")


def decode(hint: Any, value: Any) -> Any:
    """Decode a JSON value as the annotated type; the inverse of `encode`.

    Raises:
        TypeError, ValueError, KeyError: the value does not fit the annotation.
    """
    hint = getattr(hint, "__supertype__", hint)
    if get_origin(hint) in (Union, types.UnionType):
        return None if value is None else decode(_without_none(hint), value)
    if get_origin(hint) is tuple:
        inner, *more = get_args(hint)
        hints = [inner] * len(value) if more == [...] else [inner, *more]
        return tuple(decode(each, one) for each, one in zip(hints, value, strict=True))
    if hint in (date, datetime):
        return hint.fromisoformat(value)
    if hint is UUID:
        return UUID(value)
    if isinstance(hint, type) and is_dataclass(hint):
        return hint(**decode_fields(hint, value))
    if isinstance(hint, type) and issubclass(hint, str):
        return hint(value)
    if type(value) is not hint:
        raise TypeError(f"{value!r} is not {hint}")
    return value


def decode_fields(cls: Any, value: Mapping[str, Any]) -> dict[str, Any]:
    """Decode the fields of a dataclass that a mapping has."""
    hints = _hints(cls)
    return {field.name: decode(hints[field.name], value[field.name]) for field in fields(cls) if field.name in value}


@cache
def _hints(cls: Any) -> dict[str, Any]:
    return get_type_hints(cls)


def _without_none(hint: Any) -> Any:
    (only,) = (each for each in get_args(hint) if each is not type(None))
    return only
