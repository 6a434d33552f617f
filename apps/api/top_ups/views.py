"""`/v1/billing/top-up`: automatic purchase of credit, which only the customer's admin can switch on."""

from typing import Any

from django.utils import timezone
from rest_framework.request import Request

from apps.api.authentication import BearerAuthentication, credential_of, organization_of
from apps.api.preferences.views import ReadOrAdmin
from apps.api.query_parameters import IntegerParameter, read_integers, read_position, write_cursor
from apps.api.request_bodies import read_body
from apps.api.reservations.bodies import NoBody
from apps.api.responses import Response
from apps.api.top_ups import bodies, presenter
from apps.api.views import ApiView
from apps.common.list_positions import Position
from apps.payments import services
from apps.top_ups.selectors import attempts_page, top_up_status

LISTING = "top-up-attempts"
LIMIT = IntegerParameter("limit", 1, 200, 50)


class ReadOrAdminInPerson(ReadOrAdmin):
    """billing:read to read; to change, an admin's own session without impersonation, because it is a consent."""

    message = "This needs a credential with billing:read to read, or an admin's own session to change."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Check the scope or role, and who acts."""
        credential = credential_of(request)
        is_in_person = request.method in ("GET", "HEAD") or credential.actor_user_id == credential.user_id
        return is_in_person and super().has_permission(request, view)


class TopUpView(ApiView):
    """The base of these views."""

    authentication_classes = (BearerAuthentication,)
    permission_classes: Any = (ReadOrAdminInPerson,)

    def state_response(self, request: Request) -> Response:
        """Return the current state of automatic top-up."""
        return Response(presenter.top_up(top_up_status(organization_of(request), timezone.now())))


class TopUpSettings(TopUpView):
    """Whether and how credit is bought automatically."""

    def get(self, request: Request) -> Response:
        """Return it."""
        return self.state_response(request)

    def put(self, request: Request) -> Response:
        """Switch it on or off, or change its terms; credit that is due by them is bought at once."""
        asked = read_body(request, bodies.TopUpBody)
        organization, by, now = organization_of(request), credential_of(request).created_by, timezone.now()
        terms = bodies.terms_of(asked)
        if asked["enabled"] and terms is not None:
            services.switch_on_top_up(organization=organization, terms=terms, by=by, now=now)
        else:
            services.switch_off_top_up(organization=organization, terms=terms, by=by, now=now)
        return self.state_response(request)


class TopUpAttempts(TopUpView):
    """The charges of the saved card."""

    def get(self, request: Request) -> Response:
        """Return a page of them, newest first."""
        organization = organization_of(request)
        (limit,) = read_integers(request, LIMIT)
        after = read_position(request, LISTING, organization.pk)
        rows = attempts_page(organization, after=after, limit=limit + 1)
        body: dict[str, Any] = {"data": [presenter.attempt(row) for row in rows[:limit]]}
        if len(rows) > limit:
            position = Position(rows[limit - 1].created_at, rows[limit - 1].pk)
            body["nextCursor"] = write_cursor(LISTING, organization.pk, position.numbers())
        return Response(body)


class PaymentMethod(TopUpView):
    """The card that is charged."""

    def post(self, request: Request) -> Response:
        """Return the URL of Stripe's page that saves a card."""
        read_body(request, NoBody)
        url = services.save_card(
            organization=organization_of(request),
            request_key=f"card:{self.call_id}",
            created_by=credential_of(request).created_by,
            now=timezone.now(),
        )
        return Response({"url": url})


class TopUpResumption(TopUpView):
    """Charge the card again after a stop."""

    def post(self, request: Request) -> Response:
        """Resume it and return its state."""
        read_body(request, NoBody)
        services.resume_top_up(
            organization=organization_of(request), by=credential_of(request).created_by, now=timezone.now()
        )
        return self.state_response(request)
