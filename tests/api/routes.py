"""Every route of the site, read from the URL conf, so that the tests include new ones."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admindocs.views import extract_views_from_urlpatterns, simplify_regex

from apps.api.openapi import description
from billing_site.urls import urlpatterns

# Routes that customers do not call, and who calls them.
INTERNAL = {
    "/": "people who type the address alone",
    "/healthz": "the supervisor",
    "/readyz": "the load balancer",
    "/metrics": "the operator's monitoring, with a token",
    "/.well-known/jwks.json": "our own token check, in development",
    "/webhooks/stripe": "Stripe",
    "/api/docs": "people with a browser",
    "/checkout/paid": "people with a browser, back from Stripe",
    "/checkout/cancelled": "people with a browser, back from Stripe",
    "/checkout/closed": "people with a browser, back from Stripe",
    "/top-ups/confirm/{token}": "people with a browser, from an email of ours",
    "/mail/unsubscribe/{token}": "people with a browser, and email programs with one click",
    "/try": "people with a browser, in development",
    "/try/events": "the demo's webhook endpoint, in development",
}
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
EXAMPLES = {
    "{name}": "ErrorModel",
    "{code}": "not_found",
    "{day}": "2026-11-18",
    "{budget_id}": "day",
    "{entry_id}": "1",
    "{endpoint_id}": "00000000-0000-4000-8000-000000000001",
    "{endpoint}": "00000000-0000-4000-8000-000000000001",
    "{event_id}": "evt_00000000000040008000000000000001",
    "{delivery_id}": "00000000-0000-4000-8000-000000000001",
    "{reservation_id}": "00000000-0000-4000-8000-000000000001",
}


@dataclass(frozen=True, slots=True)
class Route:
    """A path as the description writes it, and the view behind it; `view` is None for a plain function."""

    path: str
    view: Any

    @property
    def url(self) -> str:
        """An address that the route serves."""
        url = self.path
        for placeholder, example in EXAMPLES.items():
            url = url.replace(placeholder, example)
        return url

    @property
    def methods(self) -> set[str]:
        """The methods that the view implements, except HEAD and OPTIONS."""
        names = ("get", "post", "put", "patch", "delete")
        return {name.upper() for name in names if hasattr(self.view, name)}

    def operation(self, method: str) -> dict[str, Any]:
        """The description of a method."""
        found: dict[str, Any] = description()["paths"][self.path][method.lower()]
        return found


def all_routes() -> Iterator[Route]:
    """Yield every route outside of the admin."""
    patterns: Any = urlpatterns
    for callback, pattern, *_ in extract_views_from_urlpatterns(patterns):
        path = _PARAMETER.sub(r"{\1}", simplify_regex(str(pattern)).replace("\\", ""))
        if not path.startswith("/admin/"):
            yield Route(path, getattr(callback, "cls", None))


ROUTES = sorted(all_routes(), key=lambda route: route.path)
API_ROUTES = [route for route in ROUTES if route.path not in INTERNAL]
CALLS = [(route, method) for route in API_ROUTES for method in sorted(route.methods)]
CALL_IDS = [f"{method} {route.path}" for route, method in CALLS]
