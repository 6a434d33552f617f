"""Turn exceptions into problems: for DRF inside a view, for Django outside.

DRF imports this module before its views, so it imports no views.
"""

import logging
import sys
from dataclasses import replace
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework import exceptions as drf
from rest_framework import request as drf_request

from apps.api.problems.errors import UNKNOWN, FieldError
from apps.api.problems.presenter import Problem, billing_problem, located, plain_problem, problem_response
from apps.common.errors import BillingError

logger = logging.getLogger(__name__)

HTML_PREFIXES = ("/admin/",)
# SQLSTATEs of a database that responds but refuses all work: it is read-only, as a standby or one with a full disk is,
# or our role has no rights.
NOT_SERVING = frozenset(["25006", "42501"])


def problem_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Return the response to a view's exception; None for a bug, which Django logs and answers with 500."""
    request = context["request"]
    problem = problem_for(error, getattr(context.get("view"), "invalid_input_status", 422), _body_of(request))
    return None if problem is None else problem_response(problem, getattr(request, "_request", request))


def _body_of(request: Any) -> object:
    """Return the body if the view has read it; it is not read just for its error."""
    read = getattr(request, "_full_data", drf_request.Empty)
    return UNKNOWN if read is drf_request.Empty else read


def problem_for(error: BaseException, invalid_input_status: int = 422, sent: object = UNKNOWN) -> Problem | None:
    """Return the problem for an exception; invalid values get the status that the surface documents."""
    if isinstance(error, BillingError):
        problem = billing_problem(error, sent)
        return replace(problem, status=invalid_input_status) if problem.code == "invalid_input" else problem
    if isinstance(error, drf.ValidationError):
        return _invalid(error, invalid_input_status)
    if isinstance(error, drf.APIException):
        return _framework_problem(error)
    return _django_problem(error)


def _django_problem(error: BaseException) -> Problem | None:
    if isinstance(error, Http404):
        return plain_problem(404)
    if isinstance(error, PermissionDenied):
        return plain_problem(403)
    if isinstance(error, RequestDataTooBig):
        return plain_problem(413)
    if isinstance(error, (TooManyFieldsSent, TooManyFilesSent)):
        return plain_problem(400, "The request has too many parameters.")
    if isinstance(error, SuspiciousOperation):
        return plain_problem(400)
    return problem_of_lost_database(error)


def problem_of_lost_database(error: BaseException | None) -> Problem | None:
    """Return the problem, and log it, if an error means that the database did not respond, or refuses all work."""
    is_refused = isinstance(error, DatabaseError) and getattr(error.__cause__, "sqlstate", None) in NOT_SERVING
    if not is_refused and not isinstance(error, (OperationalError, InterfaceError)):
        return None
    logger.error("database_unavailable", exc_info=error)
    return plain_problem(503, "The database is not available; nothing was changed.", headers={"Retry-After": "1"})


def _framework_problem(error: drf.APIException) -> Problem:
    plain = plain_problem(error.status_code)
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(-(-wait // 1)))
    return Problem(plain.status, plain.code, plain.title, str(error.detail), headers=headers)


def _invalid(error: drf.ValidationError, status: int) -> Problem:
    errors = tuple(located("body", error.detail)) or (FieldError("body", "invalid"),)
    first = errors[0]
    return Problem(
        status, "invalid_input", "The request has invalid values", f"{first.location}: {first.message}", errors
    )


def request_problem(error: BaseException | None, status: int, request: HttpRequest) -> HttpResponse:
    """Return the response to a request that Django refused outside our views."""
    problem = problem_for(error) if error is not None else None
    return problem_response(problem or plain_problem(status), request)


def wants_html(request: HttpRequest) -> bool:
    """Return whether this path is read in a browser."""
    return request.path_info.startswith(HTML_PREFIXES)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Respond with 400, or 413 if the body was too large."""
    return request_problem(exception, 400, request)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Respond with 403."""
    return request_problem(exception, 403, request)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Respond with 404."""
    return request_problem(exception, 404, request)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Respond with 500, or 503 if the database is down; the traceback only goes to the log."""
    return request_problem(sys.exc_info()[1], 500, request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Respond to a form post without its CSRF token."""
    return request_problem(None, 403, request)
