"""In every test, checks the data of notices against the catalog's schemas; production does not check."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import wraps
from typing import Any

from jsonschema import Draft202012Validator

from apps.common.strict_json import read_object
from apps.notices.catalog import NOTICES, Notice
from apps.webhooks.event_types import AMOUNT, Schema

VALIDATORS = {each.type: Draft202012Validator(dict(each.data)) for each in NOTICES.values()}


def validated(write: Callable[[Notice, Mapping[str, Any]], str]) -> Callable[[Notice, Mapping[str, Any]], str]:
    """Wrap what writes a notice's data: fail if it breaks the notice's schema, or an amount is not a Decimal."""

    @wraps(write)
    def wrapper(kind: Notice, data: Mapping[str, Any]) -> str:
        text = write(kind, data)
        errors = [each.message for each in VALIDATORS[kind.type].iter_errors(read_object(text))]
        assert errors == [], f"data of {kind.type}: {errors}"
        assert micros_among(data, kind.data) == [], f"data of {kind.type}: amounts must be Decimals"
        return text

    return wrapper


def micros_among(data: Any, schema: Schema) -> list[str]:
    """Return the members that are amounts by the schema and not Decimals, such as integers of micros."""
    if schema.get("type") == "array":
        return [name for item in data for name in micros_among(item, schema["items"])]
    found = []
    for name, inner in schema.get("properties", {}).items():
        if name in data and inner is AMOUNT and not isinstance(data[name], Decimal):
            found.append(name)
        elif name in data:
            found += micros_among(data[name], inner)
    return found
