"""Views on the product's own base class: empty ones, and calls of services that no API of the product offers.

Each service is called by one POST of an authenticated caller.
"""

from abc import abstractmethod
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import include, path
from django.utils import timezone
from rest_framework.request import Request

from apps.api.authentication import BearerAuthentication, credential_of, organization_of
from apps.api.permissions import HasScope
from apps.api.responses import Response
from apps.api.views import ApiView, PublicView
from apps.common.queries import Query, fetch
from apps.tenants.causes import ORGANIZATION
from apps.tenants.models import ApiKey
from apps.wallets import services as wallets
from benchmarks.bare_view import ANSWER

NOTHING: Query[int] = Query("0", (), int)


class OwnEmptyView(PublicView):
    """Answers the same to everybody."""

    def get(self, request: Request) -> Response:
        """Answer."""
        return Response(ANSWER)


class KnownView(ApiView):
    """The base of views that need a session token or an API key."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (HasScope(ApiKey.Scope.BILLING_READ),)


class KnownEmptyView(KnownView):
    """Returns the same to every authenticated caller."""

    def get(self, request: Request) -> Response:
        """Answer."""
        return Response(ANSWER)


class OwnReadingView(PublicView):
    """Runs one statement, which reads nothing, and answers the same to everybody."""

    def get(self, request: Request) -> Response:
        """Answer."""
        fetch(NOTHING)
        return Response(ANSWER)


class KnownReadingView(KnownView):
    """Does the same for every authenticated caller; the same statement also checks the caller's credential."""

    def get(self, request: Request) -> Response:
        """Answer."""
        fetch(NOTHING)
        return Response(ANSWER)


class Movement(KnownView):
    """Moves the credit of the caller's organization: `amount` in micros, once per `key`."""

    def post(self, request: Request) -> Response:
        """Move it."""
        given: dict[str, Any] = dict(request.data)
        terms = {
            "created_by": credential_of(request).created_by,
            "key": given["key"],
            "amount": given["amount"],
        }
        return Response({"id": str(self.move(given, terms, timezone.now()))})

    @abstractmethod
    def move(self, given: dict[str, Any], terms: dict[str, Any], now: datetime) -> object:
        """Call the service; return the id of the created row."""


class Reserve(Movement):
    """Reserves credit."""

    def move(self, given: dict[str, Any], terms: dict[str, Any], now: datetime) -> object:
        return wallets.reserve(
            organization=organization_of(self.request),
            reservation=wallets.NewReservation(expires_at=now + timedelta(hours=1), **terms),
            now=now,
        ).hold.pk


class Capture(Movement):
    """Charges from a reservation."""

    def move(self, given: dict[str, Any], terms: dict[str, Any], now: datetime) -> object:
        transfer = wallets.capture_reservation(
            organization=organization_of(self.request),
            capture=wallets.Capture(hold_id=UUID(given["hold"]), **terms),
            now=now,
        ).transfer
        return transfer and transfer.pk


class Charge(Movement):
    """Charges immediately."""

    def move(self, given: dict[str, Any], terms: dict[str, Any], now: datetime) -> object:
        organization = organization_of(self.request)
        charge = wallets.Charge(
            organization=organization, kind="usage", cause=ORGANIZATION.of(organization.pk), **terms
        )
        transfer = wallets.charge(charge=charge, now=now)
        return transfer and transfer.pk


class Grant(Movement):
    """Grants credit."""

    def move(self, given: dict[str, Any], terms: dict[str, Any], now: datetime) -> object:
        organization = organization_of(self.request)
        grant = wallets.NewGrant(source=wallets.Source.BONUS, cause=ORGANIZATION.of(organization.pk), **terms)
        return wallets.grant_credits(organization=organization, grant=grant, now=now).pk


urlpatterns = [
    path("v1/benchmark/own-empty", OwnEmptyView.as_view()),
    path("v1/benchmark/known-empty", KnownEmptyView.as_view()),
    path("v1/benchmark/own-reading", OwnReadingView.as_view()),
    path("v1/benchmark/known-reading", KnownReadingView.as_view()),
    path("v1/benchmark/hold", Reserve.as_view()),
    path("v1/benchmark/capture", Capture.as_view()),
    path("v1/benchmark/charge", Charge.as_view()),
    path("v1/benchmark/grant", Grant.as_view()),
    path("", include("billing_site.urls")),
]
# Django looks these up in the root URL configuration.
handler400 = "billing_site.handlers.bad_request"
handler403 = "billing_site.handlers.permission_denied"
handler404 = "billing_site.handlers.page_not_found"
handler500 = "billing_site.handlers.server_error"
