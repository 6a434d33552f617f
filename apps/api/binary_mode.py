"""CloudEvents in binary mode: the attributes come as headers named `ce-…`, the body is the event's data.

Follows the HTTP protocol binding of CloudEvents 1.0, section 3.1: a header's value is taken out of its quotes, then
percent-decoded once as UTF-8.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest

_PREFIX = "ce-"
_STRUCTURED = ("application/cloudevents", "application/x-ndjson", "application/ndjson")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
# What the body says, and its Content-Type; no header stands for them.
_NOT_ATTRIBUTES = frozenset(["data", "data_base64", "datacontenttype"])


class NotDecodable(ValueError):
    """A header's value is not UTF-8 in percent-encoding."""


def attribute_headers(request: HttpRequest) -> Mapping[str, str]:
    """Return the headers that name attributes, as they came, by attribute; none where the body is a whole event."""
    if (request.content_type or "").startswith(_STRUCTURED):
        return {}
    named = {name.lower(): value for name, value in request.headers.items()}
    found = {name.removeprefix(_PREFIX): value for name, value in named.items() if name.startswith(_PREFIX)}
    return {name: value for name, value in found.items() if name not in _NOT_ATTRIBUTES}


def attributes_of(headers: Mapping[str, str]) -> dict[str, Any]:
    """Return an event's attributes as its headers say.

    Raises:
        NotDecodable: naming the header.
    """
    return {name: _decoded(name, value) for name, value in headers.items()}


def _decoded(name: str, value: str) -> str:
    quoted = _QUOTED.fullmatch(value.strip())
    text = re.sub(r"\\(.)", r"\1", quoted.group(1)) if quoted else value.strip()
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError as error:
        raise NotDecodable(f"the header {_PREFIX}{name} is not UTF-8 in percent-encoding") from error
