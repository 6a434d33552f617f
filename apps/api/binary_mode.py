"""CloudEvents in binary mode: the attributes are headers named `ce-…`, the body is the event's data.

It follows section 3.1 of the CloudEvents 1.0 HTTP protocol binding: a header's value is unquoted, then percent-decoded
once as UTF-8.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest

_PREFIX = "ce-"
_STRUCTURED = ("application/cloudevents", "application/x-ndjson", "application/ndjson")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
# These come from the body and its Content-Type, never from `ce-` headers.
_NOT_ATTRIBUTES = frozenset(["data", "data_base64", "datacontenttype"])


class NotDecodable(ValueError):
    """A header's value is not percent-encoded UTF-8."""


def attribute_headers(request: HttpRequest) -> Mapping[str, str]:
    """Return the raw attribute headers, by attribute name; none if the body holds whole events."""
    if (request.content_type or "").startswith(_STRUCTURED):
        return {}
    named = {name.lower(): value for name, value in request.headers.items()}
    found = {name.removeprefix(_PREFIX): value for name, value in named.items() if name.startswith(_PREFIX)}
    return {name: value for name, value in found.items() if name not in _NOT_ATTRIBUTES}


def attributes_of(headers: Mapping[str, str]) -> dict[str, Any]:
    """Decode an event's attributes from its headers.

    Raises:
        NotDecodable: it names the header.
    """
    return {name: _decoded(name, value) for name, value in headers.items()}


def _decoded(name: str, value: str) -> str:
    quoted = _QUOTED.fullmatch(value.strip())
    text = re.sub(r"\\(.)", r"\1", quoted.group(1)) if quoted else value.strip()
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError as error:
        raise NotDecodable(f"the header {_PREFIX}{name} is not percent-encoded UTF-8") from error
