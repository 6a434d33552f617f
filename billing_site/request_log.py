"""The log line of a request, and the request id that every log line in it carries."""

import logging
from datetime import UTC, datetime
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware
from structlog.contextvars import bind_contextvars, reset_contextvars

from apps.api.problems.request_ids import assign_request_id
from billing_site.logs import PROBES

logger = logging.getLogger("django_structlog.middlewares.request")


class RequestLog(RequestMiddleware):
    """django-structlog's middleware for a synchronous server; the id is the one that `ProblemMiddleware` assigned.

    The original also looks for ids in the headers, which parses all of them; builds a start line, which our log levels
    never show; and passes the end line through every processor. It still logs exceptions and streams.
    """

    async_capable = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = assign_request_id(request)
        bound = bind_contextvars(request_id=request_id)
        response: Any = self.get_response(request)
        if response.streaming or hasattr(request, "_raised_exception"):
            self.handle_response(request, response)
            return cast(HttpResponse, response)
        level = logging.ERROR if response.status_code >= 500 else logging.INFO
        asked = self.format_request(request)
        if logger.isEnabledFor(level) and not (response.status_code == 200 and asked in PROBES):
            user = getattr(request, "user", None)
            known = {} if user is None else {"user_id": user.pk}
            _write(level, {"code": response.status_code, "request": asked, "request_id": request_id, **known})
        reset_contextvars(**bound)
        return cast(HttpResponse, response)


def _write(level: int, facts: dict[str, Any]) -> None:
    """Pass a line to the handlers in structlog's form."""
    name = logging.getLevelName(level).lower()
    moment = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    event = {**facts, "event": "request_finished", "level": name, "logger": logger.name, "timestamp": moment}
    record = logging.LogRecord(logger.name, level, __file__, 0, event, None, None)
    record._logger, record._name = logger, name
    logger.handle(record)
