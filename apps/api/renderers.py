"""Writing answers: JSON whose numbers are the exact digits of the integers behind them."""

from collections.abc import Mapping
from typing import Any

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from apps.api.json_text import write_json


class ExactJSONRenderer(BaseRenderer):
    """Write JSON without a float anywhere."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """Return the body in UTF-8; no body where there is no data."""
        return b"" if data is None else write_json(data)


class OnlyOneFormat(BaseContentNegotiation):
    """Answer in the view's one format whatever `Accept` says, as RFC 9110 allows, rather than refuse with 406."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """Return the parser for the body's content type, None where there is none."""
        given = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == given), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        """Return the first renderer."""
        return renderers[0], renderers[0].media_type
