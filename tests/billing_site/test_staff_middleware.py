"""An API call runs none of the middleware that only staff pages need."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from billing_site import staff_middleware

NAMES = ["Sessions", "SignedIn", "SecondFactor", "Messages"]


@pytest.fixture
def chain() -> Any:
    """The staff middleware in its order, around a view that gives back its request."""
    handler: Any = lambda request: HttpResponse(headers={"seen": " ".join(sorted(vars(request)))})  # noqa: E731
    for name in reversed(NAMES):
        handler = getattr(staff_middleware, name)(handler)
    return handler


@pytest.mark.parametrize("path", ["/v1/organization", "/api/v1/org/billing", "/webhooks/stripe", "/healthz"])
def test_api_call_has_no_session_and_no_user(chain: Any, path: str) -> None:
    seen = chain(RequestFactory().get(path)).headers["seen"].split()
    assert not {"session", "user", "_messages"} & set(seen)


def test_staff_page_has_all_of_them(chain: Any) -> None:
    seen = chain(RequestFactory().get("/admin/")).headers["seen"].split()
    assert {"session", "user", "_messages"} <= set(seen)
