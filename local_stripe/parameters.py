"""Checks request parameters as strictly as Stripe, against the types in the pinned stripe-python.

An unknown or missing name, a value outside an enumeration, or a malformed number is a 400 that names it.
"""

import importlib
import re
import types
import typing
from functools import cache
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin

from typing_extensions import is_typeddict

from local_stripe.errors import StripeFault

_TRANSPORT = {"api_key", "content_type", "headers", "idempotency_key", "max_network_retries"} | {
    "stripe_account",
    "stripe_context",
    "stripe_version",
}
_NAMES: dict[str, Any] = {"UntypedStripeObject": dict, "StripeContext": str, "Decimal": str}


@cache
def parameter_class(path: str) -> Any:
    """Return a parameter type by its path under `stripe.params`."""
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(f"stripe.params.{module}"), name)


def check(values: dict[str, Any], path: str) -> dict[str, Any]:
    """Return the values with integers and booleans parsed; refuse what Stripe would refuse."""
    cleaned: dict[str, Any] = _record(values, parameter_class(path), "")
    return cleaned


@cache
def _fields(kind: Any) -> dict[str, tuple[bool, Any]]:
    """Return name -> (required, type) of a TypedDict, its forward references resolved."""
    names = {**vars(importlib.import_module(kind.__module__)), **_NAMES}
    fields = {}
    for name, hint in kind.__annotations__.items():
        if name in _TRANSPORT:
            continue
        inner, required = hint, True
        if get_origin(inner) is NotRequired:
            inner, required = get_args(inner)[0], False
        if get_origin(inner) is Required:
            inner = get_args(inner)[0]
        fields[name] = (required, typing._eval_type(inner, names, names))  # type: ignore[attr-defined]
    return fields


def _record(values: Any, kind: Any, where: str) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise StripeFault.invalid("Invalid object", param=where)
    fields = _fields(kind)
    for name in values:
        if name not in fields:
            param = f"{where}[{name}]" if where else name
            raise StripeFault.invalid(f"Received unknown parameter: {param}", param=param, code="parameter_unknown")
    for name, (required, _) in fields.items():
        if required and name not in values:
            param = f"{where}[{name}]" if where else name
            raise StripeFault.invalid(f"Missing required param: {param}.", param=param, code="parameter_missing")
    return {
        name: _value(value, fields[name][1], f"{where}[{name}]" if where else name) for name, value in values.items()
    }


def _value(value: Any, kind: Any, where: str) -> Any:
    choices = _choices(kind)
    literals = [word for choice in choices if get_origin(choice) is Literal for word in get_args(choice)]
    records = [choice for choice in choices if is_typeddict(choice)]
    lists = [choice for choice in choices if get_origin(choice) is list]
    if isinstance(value, dict):
        return _record(value, records[0], where) if records else _mapping(value, choices, where)
    if isinstance(value, list):
        if not lists:
            raise StripeFault.invalid("Invalid array", param=where)
        return [_value(part, get_args(lists[0])[0], f"{where}[{row}]") for row, part in enumerate(value)]
    return _scalar(value, choices, literals, where)


def _choices(kind: Any) -> list[Any]:
    if get_origin(kind) in (Union, types.UnionType):
        return [inner for part in get_args(kind) for inner in _choices(part)]
    return [kind]


def _mapping(value: dict[str, Any], choices: list[Any], where: str) -> dict[str, Any]:
    if not any(get_origin(choice) is dict or choice is dict for choice in choices):
        raise StripeFault.invalid("Invalid object", param=where)
    if where == "metadata" or where.endswith("[metadata]"):
        _metadata(value, where)
    return value


def _metadata(value: dict[str, Any], where: str) -> None:
    if len(value) > 50 or any(len(name) > 40 or len(str(text)) > 500 for name, text in value.items()):
        raise StripeFault.invalid("Metadata has up to 50 keys of 40 characters with values of 500.", param=where)


def _scalar(value: str, choices: list[Any], literals: list[Any], where: str) -> Any:
    if value in literals:
        return value
    if bool in choices and value in ("true", "false"):
        return value == "true"
    if int in choices:
        if value.removeprefix("-").isdecimal():
            return int(value)
        raise StripeFault.invalid(f"Invalid integer: {value}", param=where, code="parameter_invalid_integer")
    if float in choices:
        return _number(value, where)
    if any(literals):  # `Literal[""]` alone is not an enumeration: the empty string unsets a free text
        raise StripeFault.invalid(f"Invalid {where}: must be one of {', '.join(map(str, literals))}", param=where)
    if str in choices:
        return value
    raise StripeFault.invalid(f"Invalid value for {where}", param=where)


def _number(value: str, where: str) -> str:
    """Return a decimal number as it was written."""
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
        raise StripeFault.invalid(f"Invalid decimal: {value}", param=where, code="parameter_invalid_decimal")
    return value
