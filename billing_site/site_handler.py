"""Django's WSGI handler for a site at the root of its host that has one URL configuration.

For each request, Django stores the script prefix and the URL configuration in the thread and clears the log of queries;
before and after it, Django looks for connections to close. Here the first two are always the same, queries are logged
only in tests, and a thread does nothing between two requests, so that looking once is enough.
"""

from collections.abc import Callable
from typing import Any

from django.core.handlers.base import reset_urlconf
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, reset_queries
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class SiteHandler(WSGIHandler):
    """Answers requests."""

    def __init__(self) -> None:
        super().__init__()
        request_started.disconnect(reset_queries)
        request_started.disconnect(close_old_connections)
        request_finished.disconnect(reset_urlconf)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> HttpResponseBase:
        request_started.send(sender=SiteHandler, environ=environ)
        response: Any = self.get_response(WSGIRequest(environ))
        response._handler_class = SiteHandler
        cookies = [("Set-Cookie", each.OutputString()) for each in response.cookies.values()]
        status = f"{response.status_code} {response.reason_phrase}"
        start_response(status, [*response.headers._store.values(), *cookies])
        answer: HttpResponseBase = response
        return answer

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        """Return the response. Unlike Django's, it does not log error statuses: the request's own log line has them."""
        response: Any = self._middleware_chain(request)  # type: ignore[attr-defined]
        response._resource_closers.append(request.close)
        answer: HttpResponseBase = response
        return answer
