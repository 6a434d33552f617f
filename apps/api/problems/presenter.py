"""Present every error as an RFC 9457 problem.

`type` is the URL of a page on this server, `code` is stable for machines, `instance` contains the request id. Only the
org billing surface documents `$schema` in its errors.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from apps.api.problems.errors import UNKNOWN, ApiError, FieldError
from apps.api.problems.request_ids import request_id_of
from apps.api.problems.rpc_status import PROTOBUF, reads_protobuf, status_bytes
from apps.common import errors

CONTENT_TYPE = "application/problem+json"
DESCRIBED_PREFIX = "/api/v1/org/"
STATUS_OF: Mapping[type[errors.BillingError], int] = {
    errors.NotFound: 404,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.Conflict: 409,
    errors.Gone: 410,
    errors.Rejected: 422,
    errors.InsufficientFunds: 402,
    errors.TooManyRequests: 429,
    errors.Unavailable: 503,
}
# The code and title of statuses without an error of ours.
PLAIN: Mapping[int, tuple[str, str]] = {
    400: ("bad_request", "The request cannot be understood"),
    401: ("not_authenticated", "Valid credentials are required"),
    403: ("forbidden", "Not allowed"),
    404: ("not_found", "Not found"),
    405: ("method_not_allowed", "The method is not allowed here"),
    406: ("not_acceptable", "No such representation"),
    413: ("body_too_large", "The body is too large"),
    414: ("uri_too_long", "The address is too long"),
    415: ("unsupported_body", "The body's media type is not supported"),
    429: ("too_many_requests", "Too many requests"),
    500: ("internal_error", "Something went wrong on our side"),
    503: ("unavailable", "Temporarily unavailable"),
}
# The parts of a request, by the first word of a value's location.
_PLACES = frozenset(["body", "header", "path", "query"])
_MAX_TEXT = 500
_MAX_VALUE = 100
_MAX_ERRORS = 50
_SECRET_WORDS = ("code", "secret", "token", "password", "authorization", "key")


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as it is sent."""

    status: int
    code: str
    title: str
    detail: str
    errors: tuple[FieldError, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def plain_problem(status: int, detail: str = "", *, headers: Mapping[str, str] | None = None) -> Problem:
    """Return the problem for a bare status."""
    code, title = PLAIN.get(status, (f"http_{status}", _phrase(status)))
    return Problem(status, code, title, detail or title, headers=headers or {})


def billing_problem(error: errors.BillingError, sent: object = UNKNOWN, *, within: str = "body") -> Problem:
    """Return the problem for an error of a service or of the HTTP layer; the error's category decides the status.

    `sent` is the body, if one was read; its value in the field that the error names is repeated in the problem. A field
    without a location is looked for in `within`, since a service only names its argument.
    """
    retry_after = getattr(error, "retry_after_seconds", 1 if isinstance(error, errors.Unavailable) else None)
    details = error.errors if isinstance(error, ApiError) else ()
    if not details and error.field:
        is_placed = error.field.partition(".")[0] in _PLACES
        location = error.field if is_placed else f"{within}.{error.field}"
        details = (FieldError(location, error.detail, _value_at(location, sent)),)
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Problem(status_of(type(error)), error.code, error.title, error.detail, details, headers)


def status_of(kind: type[errors.BillingError]) -> int:
    """Return the status of an error class."""
    if issubclass(kind, ApiError):
        return kind.status
    return next((STATUS_OF[category] for category in kind.__mro__ if category in STATUS_OF), 400)


def problem_body(problem: Problem, request: HttpRequest) -> dict[str, object]:
    """Return the members of a problem in the documented order."""
    body: dict[str, object] = {}
    if request.path_info.startswith(DESCRIBED_PREFIX):
        body["$schema"] = schema_url("ErrorModel")
    body |= {"code": problem.code, "detail": _bounded(problem.detail, _MAX_TEXT)}
    if problem.errors:
        body["errors"] = [_error_body(error) for error in problem.errors[:_MAX_ERRORS]]
    return body | {
        "instance": f"urn:request:{request_id_of(request)}",
        "status": problem.status,
        "title": problem.title,
        "type": type_url(problem.code),
    }


def problem_response(problem: Problem, request: HttpRequest) -> HttpResponse:
    """Return a problem as a response, in protobuf to an exporter that sends protobuf."""
    if reads_protobuf(request):
        told = status_bytes(_bounded(f"{problem.code}: {problem.detail}", _MAX_TEXT))
        return HttpResponse(told, status=problem.status, content_type=PROTOBUF, headers=dict(problem.headers))
    text = json.dumps(problem_body(problem, request), default=str)
    return HttpResponse(text, status=problem.status, content_type=CONTENT_TYPE, headers=dict(problem.headers))


def type_url(code: str) -> str:
    """Return the URL of the page that explains a code."""
    return f"{settings.PUBLIC_BASE_URL}/problems/{quote(code)}"


def schema_url(name: str) -> str:
    """Return the absolute URL of a schema, since documented clients refuse relative ones."""
    return f"{settings.PUBLIC_BASE_URL}/api/v1/schemas/{name}.json"


def explained_codes() -> dict[str, tuple[int, str, str]]:
    """Return the status, title and meaning of every code."""
    known = {code: (status, title, title) for status, (code, title) in PLAIN.items()}
    for kind in _descendants(errors.BillingError):
        known[kind.code] = (status_of(kind), kind.title, " ".join((kind.__doc__ or kind.title).split()))
    return known


def _descendants(kind: type[errors.BillingError]) -> Iterator[type[errors.BillingError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _descendants(child)


def _value_at(location: str, sent: object) -> object:
    start, *names = location.split(".")
    found = sent if start == "body" else UNKNOWN
    for name in names:
        found = found.get(name, UNKNOWN) if isinstance(found, Mapping) else UNKNOWN
    return found


def _error_body(error: FieldError) -> dict[str, object]:
    location = _bounded(error.location, _MAX_TEXT)
    body: dict[str, object] = {"location": location, "message": _bounded(error.message, _MAX_TEXT)}
    name = error.location.rpartition(".")[2].lower()
    if error.value is not UNKNOWN and not any(word in name for word in _SECRET_WORDS):
        body["value"] = _shown(error.value)
    return body


def _shown(value: Any) -> object:
    """Return the value to repeat in a problem: scalars, shortened; lists and objects only as a placeholder."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) < 2**63:
        return value
    if isinstance(value, (list, dict)):
        return "[…]" if isinstance(value, list) else "{…}"
    return _bounded(str(value), _MAX_VALUE)


def _bounded(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most] + "…"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def located(location: str, detail: object, value: object = UNKNOWN) -> Iterator[FieldError]:
    """Flatten a serializer's errors into one per value, with locations like `body.items[2].amount`."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            if name == "non_field_errors":
                yield from located(location, inner, value)
            elif isinstance(name, int):  # an item of a list of plain values
                found = value[name] if isinstance(value, list) and name < len(value) else UNKNOWN
                yield from located(f"{location}[{name}]", inner, found)
            else:
                found = value.get(name, UNKNOWN) if isinstance(value, Mapping) else UNKNOWN
                yield from located(f"{location}.{name}", inner, found)
    elif isinstance(detail, list) and any(isinstance(item, (Mapping, list)) for item in detail):
        for index, inner in enumerate(detail):
            found = value[index] if isinstance(value, list) and index < len(value) else UNKNOWN
            yield from located(f"{location}[{index}]", inner, found)
    else:
        messages = detail if isinstance(detail, list) else [detail]
        yield from (FieldError(location, str(message), value) for message in messages)
