"""Send API calls past the middleware that only pages need."""

from collections.abc import Callable
from typing import Any, cast

from axes.middleware import AxesMiddleware
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.common import CommonMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.security import SecurityMiddleware
from django_otp.middleware import OTPMiddleware
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]  # whitenoise has no types

from apps.api.responses import Prepared, add_missing, headers_of
from apps.backoffice import audit_trail
from apps.backoffice.middleware import BackOffice

PREFIXES = ("/api/", "/v1/", "/webhooks/")
# Of this middleware, API calls need only the redirect to HTTPS, the host check and some headers; see `ApiCalls`.
OF_PAGES = (
    SecurityMiddleware,
    WhiteNoiseMiddleware,
    SessionMiddleware,
    CommonMiddleware,
    CsrfViewMiddleware,
    AuthenticationMiddleware,
    OTPMiddleware,
    BackOffice,
    MessageMiddleware,
    XFrameOptionsMiddleware,
    AxesMiddleware,
)


class ApiCalls:
    """Passes API calls to the handler behind the page middleware.

    It applies the parts of that middleware that they need itself: the redirect to HTTPS, the host check, the headers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.pages = get_response
        self.view: Callable[[HttpRequest], Any] = past_pages(get_response)
        self.security, self.common = SecurityMiddleware(self.view), CommonMiddleware(self.view)
        self.added = self._added(is_secure=False), self._added(is_secure=True)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIXES):
            return self.pages(request)
        response: Any = self.security.process_request(request)
        if response is None:
            self.common.process_request(request)
            response = self.common.process_response(request, audit_trail.within(request, self.view))
        add_missing(response, self.added[request.is_secure()])
        answer: HttpResponseBase = response
        return answer

    def _added(self, *, is_secure: bool) -> Prepared:
        """Return the headers that the page middleware adds to every response."""
        request: Any = HttpRequest()
        request._get_scheme = lambda: "https" if is_secure else "http"
        response = HttpResponse()
        del response.headers["Content-Type"]
        XFrameOptionsMiddleware(self.view).process_response(request, response)
        self.security.process_response(request, response)
        return headers_of(response)


def past_pages(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Return the handler behind the page middleware, unwrapping what Django puts around each middleware."""
    wrapper: Any = get_response
    while isinstance(wrapper.__wrapped__, OF_PAGES):
        wrapper = wrapper.__wrapped__.get_response
    return cast(Callable[[HttpRequest], HttpResponseBase], wrapper)
