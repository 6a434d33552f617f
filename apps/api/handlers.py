"""Django's own errors as problems; pages for people answer for themselves."""

import sys

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.api.exceptions import request_problem

HTML_PREFIXES = ("/admin/",)


def wants_html(request: HttpRequest) -> bool:
    """Whether people read this path in a browser."""
    return request.path_info.startswith(HTML_PREFIXES)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer 400, or 413 where the body was too large."""
    return request_problem(exception, 400, request)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer 403."""
    return request_problem(exception, 403, request)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer 404."""
    return request_problem(exception, 404, request)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Answer 500, or 503 where the database is away; the traceback goes to the log and nowhere else."""
    return request_problem(sys.exc_info()[1], 500, request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Answer a form post without its token."""
    return request_problem(None, 403, request)
