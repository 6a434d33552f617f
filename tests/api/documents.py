"""Checks answers against the documented examples and the OpenAPI description.

`documented.json` has the documented example of every operation: its keys, their order and their JSON types count, its
values do not.
"""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from apps.api.openapi import description

DOCUMENTED = json.loads(Path(__file__).with_name("documented.json").read_text())
FREE_FORM = {"eventPrices", "servicePrices", "wallet", "reservationStats", "allocation_amounts", "consumed_amounts"}


def assert_documented(operation_id: str, answer: Any, omitted: Collection[str] = ()) -> None:
    """Check an answer's keys, their order and types against the document; optional members may be absent."""
    _same_shape(DOCUMENTED[operation_id], answer, operation_id, set(omitted))


def assert_described(operation_id: str, answer: Any, status: str = "200") -> None:
    """Check an answer against the description, without members that the description does not have."""
    schema = _answer_schema(operation_id, status)
    validator = Draft202012Validator({**schema, "components": _closed(description()["components"])})
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(answer)] == []


def operations() -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Return every described operation: its method, its path, and itself."""
    return {
        operation["operationId"]: (method.upper(), path, operation)
        for path, methods in description()["paths"].items()
        for method, operation in methods.items()
    }


def _same_shape(document: Any, answer: Any, where: str, omitted: set[str]) -> None:
    if where.rpartition(".")[2] in FREE_FORM:
        assert isinstance(answer, dict), where
    elif isinstance(document, dict):
        assert list(answer) == [name for name in document if name not in omitted], where
        for name in answer:
            _same_shape(document[name], answer[name], f"{where}.{name}", omitted)
    elif isinstance(document, list):
        assert isinstance(answer, list), where
        for item in answer if document else ():
            _same_shape(document[0], item, f"{where}[]", omitted)
    else:
        assert _kind(answer) == _kind(document), where


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, (int, float)) else type(value).__name__


def _answer_schema(operation_id: str, status: str) -> dict[str, Any]:
    answer = operations()[operation_id][2]["responses"][status]
    (content,) = answer["content"].values()
    schema: dict[str, Any] = content["schema"]
    return schema


def _closed(schema: Any) -> Any:
    """Return the schemas with objects that take no members beyond those they name."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(inner) for name, inner in schema.items()}
    is_object = closed.get("type") == "object" and isinstance(closed.get("properties"), dict)
    return {"additionalProperties": False, **closed} if is_object else closed
