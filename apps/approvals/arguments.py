"""The fields of an action as JSON and back, by their annotations. Only exact values: a float is refused."""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID


def encode(value: Any) -> Any:
    """Return a value as JSON keeps it.

    Raises:
        TypeError: it is no text, whole number, truth value, date, id, tuple, dataclass or nothing.
    """
    if value is None or isinstance(value, (bool, int, str)):
        return str(value) if isinstance(value, StrEnum) else value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, tuple):
        return [encode(each) for each in value]
    if is_dataclass(value):
        return {field.name: encode(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"an approval cannot hold {type(value).__name__}: write it as text or as a whole number")


def decode(hint: Any, value: Any) -> Any:
    """Return what JSON keeps as the annotated type; the inverse of `encode`.

    Raises:
        TypeError, ValueError, KeyError: it is something else.
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
        raise TypeError(f"{value!r} is no {hint}")
    return value


def decode_fields(cls: Any, value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a dataclass that a mapping has, each as its annotation says."""
    hints = _hints(cls)
    return {field.name: decode(hints[field.name], value[field.name]) for field in fields(cls) if field.name in value}


@cache
def _hints(cls: Any) -> dict[str, Any]:
    return get_type_hints(cls)


def _without_none(hint: Any) -> Any:
    (only,) = (each for each in get_args(hint) if each is not type(None))
    return only
