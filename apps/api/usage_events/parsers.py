"""Parsers of event bodies: one event, a batch, either as plain JSON, or one event per line."""

from typing import Any

from rest_framework.request import Request

from apps.api.problems import FieldError, InvalidInput, MalformedBody
from apps.api.problems.rpc_status import PROTOBUF
from apps.api.request_bodies import StrictJSONParser, read_json_items
from apps.usage.event_reader import MAX_BATCH, UnparsedEvent
from apps.usage.otlp import NotTraces, read_protobuf

TOO_MANY = f"must have at most {MAX_BATCH} events"


class EventsParser(StrictJSONParser):
    """Parse `application/json`: an event or an array of events."""

    def read(self, raw: bytes) -> Any:
        """Parse the body; an invalid value only refuses its own event."""
        return read_json_items(raw)


class OneEventParser(EventsParser):
    """Parse one CloudEvent in its JSON form."""

    media_type = "application/cloudevents+json"


class BatchParser(EventsParser):
    """Parse a batch of CloudEvents."""

    media_type = "application/cloudevents-batch+json"


class LinesParser(StrictJSONParser):
    """Parse newline-delimited JSON: one event per line; empty lines are skipped."""

    media_type = "application/x-ndjson"

    def read(self, raw: bytes) -> Any:
        """Parse the events; a line that is not JSON refuses only its own event.

        Raises:
            InvalidInput: there are more lines than a batch may have.
        """
        lines = [line for line in raw.split(b"\n") if line.strip()]
        if len(lines) > MAX_BATCH:
            raise InvalidInput([FieldError("body", TOO_MANY)])
        return [_event(line) for line in lines]


class PlainLinesParser(LinesParser):
    """Parse newline-delimited JSON under its other name."""

    media_type = "application/ndjson"


class ProtobufParser(StrictJSONParser):
    """Parse an OTLP export of traces in protobuf to its JSON form."""

    media_type = PROTOBUF

    def read(self, raw: bytes) -> Any:
        """Parse the body.

        Raises:
            MalformedBody: it is not an export of traces.
        """
        try:
            return read_protobuf(raw)
        except NotTraces as error:
            raise MalformedBody("The body is not an export of traces in protobuf.") from error


def body_of(request: Request) -> Any:
    """Return the value of the body.

    Raises:
        MalformedBody: it is empty; only an export in protobuf may be.
    """
    body = request.data
    if request.stream is None and not is_protobuf(request):
        raise MalformedBody("The body is empty.")
    return body


def is_protobuf(request: Request) -> bool:
    """Return whether the body is in protobuf, so that the response must be, too."""
    return request.content_type.partition(";")[0].strip().lower() == ProtobufParser.media_type


def _event(line: bytes) -> Any:
    try:
        return read_json_items(line)
    except MalformedBody as error:
        return UnparsedEvent(f"the line cannot be read: {error.detail}")
