"""Convert OTLP spans, in JSON or protobuf, to reports for the OpenTelemetry table.

Only the attributes that the table reads and other token counts are kept; prompts and answers in other attributes are
dropped here.
"""

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from apps.usage.vendor_reports import Json, at, other_id
from apps.usage.vendor_tables.opentelemetry import OTEL

_PREFIX: Final = "attributes."
_SHOWN, _MOST_SHOWN = 40, 5
# Counts that the table does not read; they are kept so that findings can name them.
_UNREAD: Final = re.compile(r"gen_ai\.usage\.[a-z0-9_.]{1,40}tokens")
READ: Final = frozenset(
    ["gen_ai.operation.name"]
    + [path for row in OTEL.takes for path in row.paths]
    + [path.removeprefix(_PREFIX) for paths in (OTEL.id, OTEL.model, OTEL.tier, *OTEL.texts.values()) for path in paths]
)


class NotTraces(ValueError):
    """The body is not an export of traces; the text names the member that is wrong, and what it must be."""


def read_protobuf(raw: bytes) -> Json:
    """Return an export of traces in protobuf as its JSON form.

    Raises:
        NotTraces: it cannot be read.
    """
    try:
        read: Json = MessageToDict(ExportTraceServiceRequest.FromString(raw))
    except (DecodeError, ValueError) as error:
        raise NotTraces("body must be an export of traces in protobuf") from error
    for _, span in _spans(read):  # protobuf's JSON writes bytes in Base64, but OTLP's JSON writes ids in hexadecimal
        span.update({name: b64decode(span[name]).hex() for name in ("traceId", "spanId") if name in span})
    return read


def protobuf_answer(rejected: int, told: str) -> bytes:
    """Return the answer to an export in protobuf; empty if every span was accepted."""
    answer = ExportTraceServiceResponse()
    if rejected:
        answer.partial_success.rejected_spans, answer.partial_success.error_message = rejected, told
    return bytes(answer.SerializeToString())


def spans(export: Any) -> list[Json]:
    """Return the spans of an export of traces as reports.

    Raises:
        NotTraces: it is not an object, or has anything but objects where spans are.
    """
    if not isinstance(export, Mapping):
        raise NotTraces("body must be an export of traces, with resourceSpans")
    return [_report(span, place) for place, span in _spans(export)]


def unread_members(export: Json) -> list[str]:
    """Return the members of an export without any spans, which OTLP lets us accept and ignore, so that we can warn."""
    return [] if "resourceSpans" in export else [ascii(name)[:_SHOWN] for name in islice(export, _MOST_SHOWN)]


def _spans(export: Json) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the spans, each with its place in the export."""
    for of_resource, resource in _objects(export, "resourceSpans", "body"):
        for of_scope, scope in _objects(resource, "scopeSpans", of_resource):
            yield from _objects(scope, "spans", of_scope)


def _objects(parent: Json, name: str, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the objects in a member of an object, each with its place; a missing member or null is an empty list.

    Raises:
        NotTraces: the member has anything else; whoever sent it must know that nothing was read from it.
    """
    found = parent.get(name)
    if not isinstance(found, list | None):
        raise NotTraces(f"{place}.{name} must be an array of objects")
    for index, each in enumerate(found or ()):
        here = f"{place}.{name}[{index}]"
        if not isinstance(each, dict):
            raise NotTraces(f"{here} must be an object")
        yield here, each


def _report(span: Json, place: str) -> Json:
    attributes = {}
    for here, each in _objects(span, "attributes", place):
        name = each.get("key")
        if isinstance(name, str) and (name in READ or _UNREAD.fullmatch(name)):
            value = each.get("value")
            if not isinstance(value, Mapping | None):
                raise NotTraces(f"{here}.value must be an object")
            attributes[name] = _value(value)
    ids = {name: _hexadecimal(span.get(f"{name}Id")) for name in ("trace", "span")}
    return {"attributes": attributes, "time": _moment(span.get("startTimeUnixNano")), **ids}


def span_id(report: Json) -> str:
    """Return the id of a span, which identifies the event if no other report of its call exists; empty if it has
    none.
    """
    return other_id(OTEL, report)


def _hexadecimal(value: Any) -> str:
    """Return an id of a trace or span in lowercase hexadecimal; empty if it is invalid."""
    return value.lower() if isinstance(value, str) and re.fullmatch(r"[0-9a-fA-F]{1,64}", value) else ""


def _value(value: Any) -> Any:
    """Return a text or a number; anything else unchanged, so that it is refused where a number is expected."""
    text = at(value, "stringValue")
    if text is not None:
        return text
    number = at(value, "intValue")
    number = at(value, "doubleValue") if number is None else number
    return (value or None) if number is None else _number(number)


def _number(value: Any) -> Any:
    """Return a whole number as such: OTLP writes it as digits in JSON, and some senders as a double."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20 else value


def _moment(value: Any) -> Any:
    """Return nanoseconds since 1970 as a time in RFC 3339, cut to microseconds; an invalid value unchanged, so that it
    is refused. 0 stands for no time.
    """
    nanoseconds = _number(value)
    if isinstance(nanoseconds, bool) or not isinstance(nanoseconds, int) or not 0 < nanoseconds < 2**63:
        return None if nanoseconds == 0 else value
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=nanoseconds // 1_000)).isoformat()
