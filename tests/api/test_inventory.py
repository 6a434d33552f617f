"""Every route has a description, a declared credential and a limit, and every description has a route."""

import pytest

from apps.api.authentication import (
    ApiKeyHeaderAuthentication,
    BearerAuthentication,
    BearerOrPlatformAuthentication,
    PlatformAuthentication,
    ReportSignature,
    SessionTokenAuthentication,
)
from apps.api.openapi import description
from apps.api.permissions import Public, Undeclared
from apps.api.views import ApiView
from tests.api.routes import API_ROUTES, CALL_IDS, CALLS, INTERNAL, ROUTES

AUTHENTICATION = {
    "clerk": (SessionTokenAuthentication,),
    "bearer": (BearerAuthentication,),
    "bearerOrPlatform": (BearerOrPlatformAuthentication,),
    "apiKey": (ApiKeyHeaderAuthentication,),
    "machine": (PlatformAuthentication,),
    "signature": (ReportSignature,),
    "": (),
}


def test_every_route_is_described_or_known_to_be_internal():
    assert {route.path for route in ROUTES} <= set(description()["paths"]) | set(INTERNAL)


def test_every_description_has_its_route():
    assert set(description()["paths"]) <= {route.path for route in ROUTES}


@pytest.mark.parametrize("route", API_ROUTES, ids=lambda route: route.path)
class TestRoute:
    def test_implements_what_is_described(self, route):
        assert route.methods == {method.upper() for method in description()["paths"][route.path]}

    def test_has_our_problems_limits_and_bounds(self, route):
        assert issubclass(route.view, ApiView)
        assert route.view.check_throttles is ApiView.check_throttles
        assert route.view.max_body_bytes <= 2_621_440

    def test_declares_who_may_call(self, route):
        assert Undeclared not in route.view.permission_classes
        assert route.view.permission_classes
        assert (Public in route.view.permission_classes) == (route.view.authentication_classes == ())


@pytest.mark.parametrize(("route", "method"), CALLS, ids=CALL_IDS)
class TestOperation:
    def test_takes_the_credential_that_is_described(self, route, method):
        (security,) = route.operation(method)["security"]
        assert tuple(route.view.authentication_classes) == AUTHENTICATION["".join(security)]

    def test_takes_an_idempotency_key_where_it_changes_something(self, route, method):
        references = [parameter.get("$ref", "") for parameter in route.operation(method).get("parameters", [])]
        assert ("#/components/parameters/IdempotencyKey" in references) == (
            method == "POST" and route.view.keeps_answers
        )
