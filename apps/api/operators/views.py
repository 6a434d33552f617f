"""`/v1/billing/admin/ledger`: reservations and reconciliation of all organizations, for the service's operators."""

from itertools import islice
from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework.request import Request

from apps.api.authentication import PlatformAuthentication
from apps.api.fields import StrictInteger, StrictMoment, StrictUUID
from apps.api.operators import presenter
from apps.api.permissions import HasScope
from apps.api.problems import FieldError, InvalidInput
from apps.api.query_parameters import IntegerParameter, read_flag, read_integers, read_text, read_value
from apps.api.request_bodies import RequestBody, read_body
from apps.api.responses import Response
from apps.api.views import ApiView
from apps.tenants.models import ApiKey, Organization
from apps.tenants.selectors import organization_with_id
from apps.usage.services import backfill
from apps.wallets import services
from apps.wallets.selectors import (
    RESERVATION_STATUSES,
    figures_query,
    of_each_wallet,
    reservation_stats_query,
    reservations_of_all,
)

LISTED = IntegerParameter("limit", 1, 200, 50)
OFFSET = IntegerParameter("offset", 0, 10_000, 0)
RECONCILED = IntegerParameter("limit", 1, 500, 50)


class OperatorView(ApiView):
    """The base of these views: a platform key with platform:ledger; invalid values are a 400."""

    authentication_classes = (PlatformAuthentication,)
    permission_classes = (HasScope(ApiKey.Scope.PLATFORM_LEDGER),)
    invalid_input_status = 400


class Reservations(OperatorView):
    """The reservations of one organization or of all."""

    def get(self, request: Request) -> Response:
        """Return a page, newest first."""
        limit, offset = read_integers(request, LISTED, OFFSET)
        organization, statuses, now = _organization(request), _statuses(request), timezone.now()
        rows, total = reservations_of_all(organization, statuses, limit=limit, offset=offset, now=now)
        shown = presenter.reservations(rows, now)
        return Response({"success": True, "reservations": shown, "total": total, "limit": limit, "offset": offset})


class ReservationStatsView(OperatorView):
    """The reservations of one organization or of all, counted and summed."""

    def get(self, request: Request) -> Response:
        """Return them by status, as of now."""
        organization, now = _organization(request), timezone.now()
        found = of_each_wallet(lambda each: reservation_stats_query(each, now), organization=organization)
        return Response({"success": True, **presenter.stats(found)})


class CleanupBody(RequestBody):
    """The organization whose reservations to close, the maximum number, and the latest end."""

    organizationId = StrictUUID(required=False)
    limit = StrictInteger(least=1, most=1_000, default=100)
    now = StrictMoment(required=False)


class ReservationCleanup(OperatorView):
    """Closes reservations whose end has passed."""

    def post(self, request: Request) -> Response:
        """Close those that ended by `now`, oldest first; a repeat closes the rest, or none."""
        asked, now = read_body(request, CleanupBody), timezone.now()
        until = asked.get("now", now)
        if until > now:
            raise InvalidInput([FieldError("body.now", "must not be after the server's clock", until.isoformat())])
        closed, has_more = services.close_reservations(
            organization=_named(asked.get("organizationId")), until=until, limit=asked["limit"], now=now
        )
        return Response({"success": True, **presenter.cleanup(closed, has_more)})


class Reconciliation(OperatorView):
    """Wallets compared with their journals."""

    def get(self, request: Request) -> Response:
        """Compare the first `limit` wallets; with onlyMismatches, all of them until `limit` differences are found."""
        (limit,) = read_integers(request, RECONCILED)
        only_mismatches, organization, now = (
            read_flag(request, "onlyMismatches"),
            _organization(request),
            timezone.now(),
        )
        checked, shown = 0, []
        found = of_each_wallet(lambda each: figures_query(each, now), organization=organization)
        for owner, figures in found if only_mismatches else islice(found, limit):
            checked += 1
            compared = presenter.reconciled(owner, figures, now)
            shown += [compared] if compared["mismatch"] or not only_mismatches else []
            if len(shown) == limit:
                break
        mismatches = sum(each["mismatch"] for each in shown)
        return Response({"success": True, "organizations": shown, "mismatches": mismatches, "checked": checked})


class BackfillBody(RequestBody):
    """The organization whose stored totals to rebuild; without it, all."""

    organizationId = StrictUUID(required=False)


class Backfill(OperatorView):
    """The stored totals, rebuilt from the journal's entries."""

    def post(self, request: Request) -> Response:
        """Correct totals that differ from the entries, and count the wallets that still differ from their journals."""
        organization, now = _named(read_body(request, BackfillBody).get("organizationId")), timezone.now()
        done = backfill(organization=organization, now=now)
        found = of_each_wallet(lambda each: figures_query(each, now), organization=organization)
        mismatches = sum(presenter.reconciled(owner, figures, now)["mismatch"] for owner, figures in found)
        return Response({"success": True, **presenter.backfilled(done), "mismatches": mismatches})


def _organization(request: Request) -> Organization | None:
    return _named(read_value(request, "organizationId", StrictUUID()))


def _named(organization_id: UUID | None) -> Organization | None:
    return None if organization_id is None else organization_with_id(organization_id)


def _statuses(request: Request) -> list[Any]:
    given = read_text(request, "status")
    statuses = given.split(",") if given else []
    if not set(statuses) <= set(RESERVATION_STATUSES):
        rule = f"must be a comma-separated list of {', '.join(RESERVATION_STATUSES)}"
        raise InvalidInput([FieldError("query.status", rule, given)])
    return statuses
