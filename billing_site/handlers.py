"""Handlers of Django's own errors: HTML pages for people, problem documents for programs."""

import sys

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views import defaults

from apps.api.problems import handlers as problems
from apps.api.problems import problem_of_lost_database, wants_html
from apps.backoffice.views.error_pages import refused


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer 400, or 413 if the body was too large."""
    return refused(request, 400) if wants_html(request) else problems.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer 403."""
    return refused(request, 403) if wants_html(request) else problems.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer 404."""
    return refused(request, 404) if wants_html(request) else problems.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Answer 500, or 503 if the database is down; the traceback goes only to the log."""
    if not wants_html(request):
        return problems.server_error(request)
    away = problem_of_lost_database(sys.exc_info()[1])
    if away is None:
        return defaults.server_error(request)
    page = refused(request, away.status, is_plain=True)
    for name, value in away.headers.items():
        page.headers[name] = value
    return page


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Answer a form post without a CSRF token."""
    return refused(request, 403, is_stale=True) if wants_html(request) else problems.csrf_failure(request, reason)
