"""Django's own errors: pages of the site where people read, problems where programs do."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views import defaults

from apps.api.problems import handlers as problems
from apps.api.problems import wants_html
from apps.backoffice.views.error_pages import refused


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer 400, or 413 where the body was too large."""
    return refused(request, 400) if wants_html(request) else problems.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer 403."""
    return refused(request, 403) if wants_html(request) else problems.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer 404."""
    return refused(request, 404) if wants_html(request) else problems.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Answer 500, or 503 where the database is away; the traceback goes to the log and nowhere else."""
    return defaults.server_error(request) if wants_html(request) else problems.server_error(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Answer a form post without its token."""
    return refused(request, 403, is_stale=True) if wants_html(request) else problems.csrf_failure(request, reason)
