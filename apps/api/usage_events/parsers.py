"""The three ways events come: one event, a batch, or plain JSON of either."""

from typing import Any

from apps.api.json_text import read_json_items
from apps.api.parsers import StrictJSONParser


class EventsParser(StrictJSONParser):
    """Parse `application/json`: an event or an array of them."""

    def read(self, raw: bytes) -> Any:
        """Return the body; what one event breaks is refused with it, not with the others."""
        return read_json_items(raw)


class OneEventParser(EventsParser):
    """Parse one CloudEvent in its JSON form."""

    media_type = "application/cloudevents+json"


class BatchParser(EventsParser):
    """Parse a batch of CloudEvents."""

    media_type = "application/cloudevents-batch+json"
