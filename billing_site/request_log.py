"""The log line of a request, and the request id that every log line in it carries."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware
from structlog.contextvars import bind_contextvars

from apps.api.problems.request_ids import assign_request_id


class RequestLog(RequestMiddleware):
    """django-structlog's middleware for a synchronous server; the id is the one that `ProblemMiddleware` assigned.

    The original also looks for ids in headers, which parses all of them, and builds a line for the start that no level
    of ours shows.
    """

    async_capable = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        bind_contextvars(request_id=assign_request_id(request))
        response = cast(HttpResponse, self.get_response(request))
        self.handle_response(request, response)
        return response
