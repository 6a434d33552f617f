"""Which other origins' pages may read answers: those in `CORS_ALLOWED_ORIGINS`, none by default."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

_PREFIXES = ("/api/", "/v1/")
_SENT = "Authorization, Content-Type, Idempotency-Key, X-API-KEY, X-Request-ID"
_READ = "Idempotent-Replayed, Link, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Request-ID"


class AllowedOriginsMiddleware:
    """Tell browsers which pages may call; credentials are headers, so cookies are never allowed along."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if settings.CORS_ALLOWED_ORIGINS and request.path_info.startswith(_PREFIXES):
            patch_vary_headers(response, ["Origin"])
            if request.headers.get("Origin") in settings.CORS_ALLOWED_ORIGINS:
                _allow(request, response)
        return response


def _allow(request: HttpRequest, response: HttpResponseBase) -> None:
    response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
    response.headers["Access-Control-Expose-Headers"] = _READ
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "")
        response.headers["Access-Control-Allow-Headers"] = _SENT
        response.headers["Access-Control-Max-Age"] = "600"
