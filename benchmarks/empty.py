"""The floor under every request: a DRF view that knows nobody, reads nothing and answers two kilobytes.

It runs without the product's middleware, as Django and DRF alone would serve it.
"""

import io
from collections.abc import Callable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings
from django.urls import include, path
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.api.authentication import BearerAuthentication
from apps.api.permissions import HasScope
from apps.api.views import ApiView, PublicView
from apps.tenants.models import ApiKey

ANSWER = {f"member{number}": "x" * 20 for number in range(60)}
Call = Callable[[], bytes]


class EmptyView(APIView):
    """Django REST framework alone."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    renderer_classes = (JSONRenderer,)

    def get(self, request: Request) -> Response:
        """Answer the same to everybody."""
        return Response(ANSWER)


class OwnEmptyView(PublicView):
    """The same on the product's own base, open to all."""

    def get(self, request: Request) -> Response:
        """Answer the same to everybody."""
        return Response(ANSWER)


class KnownEmptyView(ApiView):
    """The same for who brings a session token or an API key."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (HasScope(ApiKey.Scope.BILLING_READ),)

    def get(self, request: Request) -> Response:
        """Answer the same to everybody who is known."""
        return Response(ANSWER)


urlpatterns = [
    path("benchmark/empty", EmptyView.as_view()),
    path("benchmark/own-empty", OwnEmptyView.as_view()),
    path("benchmark/known-empty", KnownEmptyView.as_view()),
    path("", include("billing_site.urls")),
]


def empty_request() -> Call:
    """Return a request to the empty view, without any middleware."""
    with override_settings(MIDDLEWARE=[]):
        return request_of(WSGIHandler(), "/benchmark/empty")


def request_of(application: Any, url: str, **headers: str) -> Call:
    """Return a request that must succeed, put to the application as a web server puts it."""
    address, _, query = url.partition("?")
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": address,
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **headers,
    }

    def send() -> bytes:
        statuses: list[str] = []
        given = {**environ, "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO()}
        answer = application(given, lambda status, _headers, _error=None: statuses.append(status))
        body = b"".join(answer)
        answer.close()
        assert statuses[0].startswith("200"), (statuses, body)
        return body

    return send
