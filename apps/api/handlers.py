"""Django's own errors as problems; the admin keeps its HTML pages."""

import sys

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views import defaults
from django.views.csrf import csrf_failure as csrf_failure_page

from apps.api.exceptions import request_problem

HTML_PREFIXES = ("/admin/",)


def wants_html(request: HttpRequest) -> bool:
    """Whether people read this path in a browser."""
    return request.path_info.startswith(HTML_PREFIXES)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer 400, or 413 where the body was too large."""
    return defaults.bad_request(request, exception) if wants_html(request) else request_problem(exception, 400, request)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer 403."""
    if wants_html(request):
        return defaults.permission_denied(request, exception)
    return request_problem(exception, 403, request)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer 404."""
    if wants_html(request):
        return defaults.page_not_found(request, exception)
    return request_problem(exception, 404, request)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Answer 500, or 503 where the database is away; the traceback goes to the log and nowhere else."""
    if wants_html(request):
        return defaults.server_error(request)
    return request_problem(sys.exc_info()[1], 500, request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form post without its token."""
    if wants_html(request):
        return csrf_failure_page(request, reason)
    return request_problem(None, 403, request)
