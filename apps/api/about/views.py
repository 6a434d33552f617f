"""Documentation of the API: its schemas, its description, a page to read and try it, and its error codes.

In development, also the public keys of the local session token issuer.
"""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe
from rest_framework.request import Request

from apps.api.openapi import json_schema, served_description
from apps.api.problems import explained_codes
from apps.api.responses import Response
from apps.api.views import PublicView
from apps.tenants import local_issuer

_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class SchemaDocument(PublicView):
    """The JSON Schema that `$schema` names."""

    def get(self, request: Request, name: str) -> Response:
        """Return it, as application/schema+json if the Accept header prefers that."""
        schema = json_schema(name, settings.PUBLIC_BASE_URL)
        if schema is None:
            raise Http404
        wants_schema = "application/schema+json" in request.headers.get("Accept", "")
        return _cacheable(schema, "application/schema+json" if wants_schema else "application/json")


class Description(PublicView):
    """The OpenAPI description."""

    def get(self, request: Request) -> Response:
        """Return it."""
        return _cacheable(served_description(settings.PUBLIC_BASE_URL), "application/vnd.oai.openapi+json")


class Documentation(PublicView):
    """The description as an interactive page; scripts and styles are our own files."""

    def get(self, request: Request) -> HttpResponse:
        """Return the page."""
        return _page("api/documentation.html", {})


class ProblemPage(PublicView):
    """The page at a problem's `type`, which explains its code."""

    def get(self, request: Request, code: str) -> HttpResponse:
        """Return the page; 404 for an unknown code."""
        known = explained_codes().get(code)
        if known is None:
            raise Http404
        status, title, meaning = known
        return _page("api/problem.html", {"code": code, "status": status, "title": title, "meaning": meaning})


def _cacheable(document: dict[str, Any], content_type: str) -> Response:
    headers = {"Cache-Control": "public, max-age=300", "Vary": "Accept"}
    return Response(document, content_type=content_type, headers=headers)


def _page(template: str, context: dict[str, Any]) -> HttpResponse:
    response = HttpResponse(render_to_string(template, context))
    response.headers["Content-Security-Policy"] = _PAGE_POLICY
    return response


@require_safe
def local_key_set(request: HttpRequest) -> JsonResponse:
    """Return the local issuer's key set; 404 in production."""
    if not local_issuer.is_available():
        raise Http404
    return JsonResponse(local_issuer.key_set())
