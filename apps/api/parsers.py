"""Reading request bodies: JSON in UTF-8, bounded, with every refusal a clear 4xx."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.parsers import BaseParser

from apps.api.compression import inflated
from apps.api.errors import BodyTooLarge, UnsupportedBody
from apps.api.json_text import read_json


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
            raise UnsupportedBody("JSON is read as UTF-8.")
        most = context["view"].max_body_bytes
        raw = stream.read(most + 1)
        if len(raw) > most:
            raise BodyTooLarge(f"The body has at most {most} bytes here.")
        return self.read(inflated(context["request"]._request, raw, most))

    def read(self, raw: bytes) -> Any:
        """Return the value of a body of acceptable size."""
        return read_json(raw)
