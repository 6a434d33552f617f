"""Bodies of requests: JSON, read strictly and within bounds, and CloudEvents in binary mode.

A gzip body is inflated only up to the size limit. Every refusal is a 4xx with its reason. In binary mode, the event's
data is the body and its attributes are headers named `ce-…` (section 3.1 of the CloudEvents 1.0 HTTP protocol binding):
a header's value is unquoted, then percent-decoded once as UTF-8.
"""

import re
import zlib
from collections.abc import Mapping
from functools import cache
from typing import IO, Any
from urllib.parse import unquote

from django.http import HttpRequest
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from apps.api.problems import BodyTooLarge, FieldError, InvalidInput, MalformedBody, UnsupportedBody, located
from apps.common.strict_json import NotStrictJson, OutOfRange, read_value

MAX_DEPTH = 32
GZIP = frozenset(["gzip", "x-gzip"])
NO_ENCODING = frozenset(["", "identity"])
_GZIP_WINDOW = 31
_MOST_MEMBERS = 64  # of a gzip file: inflating each copies the rest of the body again
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")
# RFC 3986: a scheme, then only characters that need no escaping.
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_CE = "ce-"
_WHOLE_EVENTS = ("application/cloudevents", "application/x-ndjson", "application/ndjson")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
# These come from the body and its Content-Type, never from `ce-` headers.
_NOT_ATTRIBUTES = frozenset(["data", "data_base64", "datacontenttype"])


class StrictJSONParser(BaseParser):
    """Parse `application/json`; the view's `max_body_bytes` bounds it."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the body's value.

        Raises:
            BodyTooLarge, UnsupportedBody, MalformedBody, InvalidInput: as their names say.
        """
        context = parser_context or {}
        charset = context["request"].META.get("CONTENT_TYPE", "").lower().partition("charset=")[2]
        if charset.partition(";")[0].strip(' "') not in ("", "utf-8", "utf8"):
            raise UnsupportedBody("JSON must be UTF-8.")
        most = context["view"].max_body_bytes
        raw = stream.body if isinstance(stream, HttpRequest) else stream.read(most + 1)  # `body` can be read again
        if len(raw) > most:
            raise BodyTooLarge(f"The body must have at most {most} bytes here.")
        return self.read(inflated(context["request"]._request, raw, context["view"].max_unpacked_bytes or most))

    def read(self, raw: bytes) -> Any:
        """Parse a body whose size has been checked."""
        return read_json(raw)


def read_json(raw: bytes) -> Any:
    """Parse a body.

    Raises:
        MalformedBody: it is not JSON, is nested deeper than `MAX_DEPTH`, or has a duplicate member.
        InvalidInput: it has a number or text that no field can hold; the error names the place.
    """
    value, is_plain = _read(raw)
    if not is_plain:
        _refuse_unholdable(value, "body")
    return value


def read_json_items(raw: bytes) -> Any:
    """Parse a body of several items, so that an invalid item can be refused without the others.

    A number that no field can hold is returned as `OutOfRange`; strings may contain NUL and lone surrogates.

    Raises:
        MalformedBody: it is not JSON, is nested deeper than `MAX_DEPTH`, or has a duplicate member.
    """
    return _read(raw)[0]


def _read(raw: bytes) -> tuple[Any, bool]:
    try:
        return read_value(raw, MAX_DEPTH)
    except NotStrictJson as error:
        raise MalformedBody(f"The body {error}.") from error


def _refuse_unholdable(value: Any, location: str) -> None:
    if isinstance(value, OutOfRange):
        raise InvalidInput([FieldError(location, value.rule, value.text)])
    if isinstance(value, str):
        if _FORBIDDEN.search(value):
            raise InvalidInput([FieldError(location, "must not contain NUL or lone surrogate characters")])
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            _refuse_unholdable(name, location)
            _refuse_unholdable(inner, f"{location}.{name}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _refuse_unholdable(inner, f"{location}[{index}]")


def encoding_of(request: HttpRequest) -> str:
    """Return the Content-Encoding in lower case."""
    return str(request.META.get("HTTP_CONTENT_ENCODING", "")).strip().lower()


def inflated(request: HttpRequest, raw: bytes, most_bytes: int) -> bytes:
    """Return the body, inflated if it is compressed; never more than `most_bytes` are inflated.

    Raises:
        BodyTooLarge: it inflates to more than `most_bytes`.
        MalformedBody: it is not valid gzip, or is truncated.
    """
    return _inflate(raw, most_bytes) if encoding_of(request) in GZIP else raw


def _inflate(raw: bytes, most_bytes: int) -> bytes:
    parts: list[bytes] = []
    size, rest = 0, raw
    for _ in range(_MOST_MEMBERS):
        member = zlib.decompressobj(_GZIP_WINDOW)
        try:
            parts.append(member.decompress(rest, most_bytes - size + 1))
        except zlib.error as error:
            raise MalformedBody("The body is not gzip, although its Content-Encoding says so.") from error
        size += len(parts[-1])
        if size > most_bytes:
            raise BodyTooLarge(f"The body inflates to more than {most_bytes} bytes.")
        if not member.eof:
            raise MalformedBody("The gzip body is truncated.")
        rest = member.unused_data
        if not rest:
            return b"".join(parts)
    raise MalformedBody(f"The gzip body has more than {_MOST_MEMBERS} members.")


class RequestBody(serializers.Serializer[Any]):
    """A body with only the declared members, and optionally `$schema`, which documented clients send."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse undeclared members, which would otherwise be silently ignored."""
        if isinstance(data, Mapping):
            strange = [name for name in data if name not in self.fields and name != "$schema"]
            if strange:
                raise serializers.ValidationError({name: ["is not a member of this body"] for name in strange})
            schema = data.get("$schema", "urn:none")
            if not isinstance(schema, str) or not _URI.fullmatch(schema):
                raise serializers.ValidationError({"$schema": ["must be a URI"]})
        return super().to_internal_value(data)


def read_body(request: Request, kind: type[RequestBody]) -> dict[str, Any]:
    """Validate the body and return its values.

    Raises:
        InvalidInput: a value is invalid; the error names each one.
        MalformedBody, BodyTooLarge, UnsupportedBody: it cannot be read.
    """
    try:
        values: dict[str, Any] = _shared(kind).run_validation(request.data)
    except serializers.ValidationError as error:
        raise InvalidInput(list(located("body", error.detail, request.data))) from error
    return values


@cache
def _shared(kind: type[RequestBody]) -> RequestBody:
    """Return the shared instance that validates all bodies of a kind, because creating one copies all its fields."""
    return kind()


class ParserByType(BaseContentNegotiation):
    """Choose the parser by the body's content type. Answers have one format whatever `Accept` says (RFC 9110)."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """Return the parser for the body's content type, or None."""
        given = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == given), None)


class NotDecodable(ValueError):
    """A header's value is not percent-encoded UTF-8."""


def attribute_headers(request: HttpRequest) -> Mapping[str, str]:
    """Return the raw attribute headers, by attribute name; none if the body holds whole events."""
    if (request.content_type or "").startswith(_WHOLE_EVENTS):
        return {}
    named = {name.lower(): value for name, value in request.headers.items()}
    found = {name.removeprefix(_CE): value for name, value in named.items() if name.startswith(_CE)}
    return {name: value for name, value in found.items() if name not in _NOT_ATTRIBUTES}


def attributes_of(headers: Mapping[str, str]) -> dict[str, Any]:
    """Decode an event's attributes from its headers.

    Raises:
        NotDecodable: a value is not percent-encoded UTF-8; the error names the header.
    """
    return {name: _decoded_header(name, value) for name, value in headers.items()}


def _decoded_header(name: str, value: str) -> str:
    quoted = _QUOTED.fullmatch(value.strip())
    text = re.sub(r"\\(.)", r"\1", quoted.group(1)) if quoted else value.strip()
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError as error:
        raise NotDecodable(f"the header {_CE}{name} is not percent-encoded UTF-8") from error
