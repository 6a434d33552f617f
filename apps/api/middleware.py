"""Middleware for every path: request ids, problems for errors, body limits and security headers."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.api.problems import (
    CONTENT_TYPE,
    BodyTooLarge,
    LengthRequired,
    UnsupportedBody,
    billing_problem,
    plain_problem,
    problem_response,
    wants_html,
)
from apps.api.problems.request_ids import HEADER, assign_request_id
from apps.api.problems.rpc_status import PROTOBUF
from apps.api.request_bodies import GZIP, NO_ENCODING, encoding_of
from apps.api.responses import add_missing, prepared
from apps.common.errors import BillingError

GetResponse = Callable[[HttpRequest], HttpResponseBase]
# Headers of the original response that the problem keeps.
_KEPT = ("Allow", "Retry-After", "WWW-Authenticate", "Vary")
_READ_BY_CALLERS = ("application/json", CONTENT_TYPE, PROTOBUF)
_OF_ANSWERS = prepared(
    {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Cache-Control": "no-store"}
)
_OF_ALL = prepared({"Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()"})


class ProblemMiddleware:
    """Assign a request id, refuse bodies that no endpoint can read, and turn error responses into problems.

    Middleware that adds headers to every response, including refusals, comes before it; all other middleware comes
    after it, so that its errors become problems.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = assign_request_id(request)
        response = self._answer(request)
        response.headers[HEADER] = request_id
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponseBase | None:
        """Refuse a compressed body unless the view has `takes_gzip`."""
        takes_gzip = getattr(getattr(view, "cls", None), "takes_gzip", False)
        taken = NO_ENCODING | GZIP if takes_gzip else NO_ENCODING
        if wants_html(request) or encoding_of(request) in taken:
            return None
        instead = "with gzip, or without" if takes_gzip else "without"
        return problem_response(
            billing_problem(UnsupportedBody(f"Send the body {instead} a content encoding.")), request
        )

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if wants_html(request):
            return self.get_response(request)
        refusal = unreadable(request)
        if refusal is not None:
            return problem_response(billing_problem(refusal), request)
        response = self.get_response(request)
        if response.status_code < 400 or response.headers.get("Content-Type", "").startswith(_READ_BY_CALLERS):
            return response
        if "Content-Security-Policy" in response.headers:  # a page for people, whose view sets it
            return response
        kept = {name: response.headers[name] for name in _KEPT if name in response.headers}
        return problem_response(plain_problem(response.status_code, headers=kept), request)


def unreadable(request: HttpRequest) -> BillingError | None:
    """Return the error if no endpoint can read the body, because it is too large or of unknown length."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
        return LengthRequired("Send the body with its Content-Length.")
    if not (length.isascii() and length.isdecimal()) or int(length[:20]) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return BodyTooLarge(f"A body must have at most {settings.DATA_UPLOAD_MAX_MEMORY_SIZE} bytes.")
    return None


class ProtectiveHeadersMiddleware:
    """Forbid framing and caching API responses and running scripts in them; pages with scripts set their own policy."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not wants_html(request) and not request.path_info.startswith(settings.STATIC_URL):
            add_missing(response, _OF_ANSWERS)
        add_missing(response, _OF_ALL)
        return response
