"""The API's OpenAPI description and its JSON Schemas, all from `openapi.yaml`."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

_DOCUMENT = Path(__file__).with_name("openapi.yaml")
_COMPONENTS = "#/components/schemas/"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


@cache
def description() -> dict[str, Any]:
    """Return the OpenAPI document as written."""
    loaded: dict[str, Any] = yaml.load(_DOCUMENT.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return loaded


def served_description(base_url: str) -> dict[str, Any]:
    """Return the document with this server's public URL."""
    return {**description(), "servers": [{"url": base_url}]}


def json_schema(name: str, base_url: str) -> dict[str, Any] | None:
    """Return the named schema as a document of its own, with absolute references; None if there is none."""
    schema = description()["components"]["schemas"].get(name)
    if schema is None:
        return None
    document = {"$schema": DIALECT, "$id": f"{base_url}/api/v1/schemas/{name}.json", "title": name}
    resolved: dict[str, Any] = _resolved(schema, base_url)
    return document | resolved


def _resolved(schema: Any, base_url: str) -> Any:
    if isinstance(schema, list):
        return [_resolved(item, base_url) for item in schema]
    if not isinstance(schema, dict):
        return schema
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith(_COMPONENTS):
        return {"$ref": f"{base_url}/api/v1/schemas/{reference.removeprefix(_COMPONENTS)}.json"}
    return {name: _resolved(inner, base_url) for name, inner in schema.items()}
