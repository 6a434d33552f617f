"""`GET /v1/usage/breakdown`: usage and its charge by project, key, user, agent, tag, model, token kind and the like."""

from datetime import UTC, date, datetime, timedelta

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.api.authentication import BearerOrPlatformAuthentication, credential_of
from apps.api.budgets.bodies import StrictDate
from apps.api.fields import StrictUUID
from apps.api.problems import FieldError, InvalidInput
from apps.api.query_parameters import (
    IntegerParameter,
    read_choice,
    read_cursor,
    read_integers,
    read_text,
    read_value,
    write_cursor,
)
from apps.api.responses import Response
from apps.api.usage_breakdown import presenter
from apps.api.usage_breakdown.files import file_lines
from apps.api.views import ApiView
from apps.pricing.breakdowns import KIND, WIDEST
from apps.tenants.models import ApiKey, Organization
from apps.tenants.selectors import organization_with_id
from apps.usage.selectors import GROUPS, INTERVALS, ORDERS, BreakdownQuery, costed_groups

LISTING = "usage-breakdown"
LIMIT = IntegerParameter("limit", 1, 500, 100)
DEFAULT_DAYS, MOST_DAYS = 30, 400


class MayReadUsage(BasePermission):
    """A credential of an organization with billing:read, or a platform key with platform:ledger."""

    message = "This needs a credential with the scope billing:read, or a platform key with platform:ledger."

    def has_permission(self, request: Request, view: APIView) -> bool:
        credential = credential_of(request)
        needed = ApiKey.Scope.BILLING_READ if credential.organization else ApiKey.Scope.PLATFORM_LEDGER
        return needed in credential.scopes


class UsageBreakdown(ApiView):
    """An organization's usage by group; operators also get what it cost us."""

    authentication_classes = (BearerOrPlatformAuthentication,)
    permission_classes = (MayReadUsage,)

    def get(self, request: Request) -> HttpResponseBase:
        """Return a page of groups, or all of them as CSV."""
        organization = _organization(request)
        (limit,) = read_integers(request, LIMIT)
        asked = _asked(request, timezone.now())
        with_costs = credential_of(request).organization is None
        cursor, kind = read_text(request, "cursor"), read_choice(request, "format", ("json", "csv"), "json")
        if kind == "csv":
            lines = file_lines(organization, asked, with_costs=with_costs)
            answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
            answer["Content-Disposition"] = 'attachment; filename="usage-breakdown.csv"'
            return answer
        start = read_cursor(LISTING, organization.pk, cursor)[0] if cursor else 0
        found, costs = costed_groups(organization, asked, offset=start, limit=limit + 1, with_costs=with_costs)
        body = presenter.breakdown(asked, found, organization.currency, costs)
        if len(found.groups) > limit:
            body["data"] = body["data"][:limit]
            body["nextCursor"] = write_cursor(LISTING, organization.pk, [start + limit])
        return Response(body)


def _organization(request: Request) -> Organization:
    """Return the caller's organization; an operator names one."""
    own, named = credential_of(request).organization, read_value(request, "organizationId", StrictUUID())
    if own is not None and named not in (None, own.pk):
        raise InvalidInput([FieldError("query.organizationId", "must be your organization", str(named))])
    if own is not None:
        return own
    if named is None:
        raise InvalidInput([FieldError("query.organizationId", "is required with a platform key")])
    return organization_with_id(named)


def _asked(request: Request, now: datetime) -> BreakdownQuery:
    first_day, last_day = _window(request, now)
    group_by = tuple(filter(None, read_text(request, "group_by").split(",")))
    wrong = [name for name in group_by if name not in GROUPS]
    widest = WIDEST + (KIND in group_by)
    if wrong or not 1 <= len(group_by) <= widest or len(set(group_by)) != len(group_by):
        rule = f"must be one or two different ones of {', '.join(GROUPS)}, besides {KIND}"
        raise InvalidInput([FieldError("query.group_by", rule, ",".join(group_by))])
    only = {name: read_text(request, name) for name in GROUPS if name != "meter" and name in request.query_params}
    return BreakdownQuery(
        group_by=group_by,
        first_day=first_day,
        last_day=last_day,
        interval=read_choice(request, "interval", INTERVALS, INTERVALS[0]),
        meter=read_text(request, "meter"),
        only=only,
        order=read_choice(request, "sort", tuple(ORDERS), next(iter(ORDERS))),
    )


def _window(request: Request, now: datetime) -> tuple[date, date]:
    last_day = read_value(request, "to", StrictDate()) or now.astimezone(UTC).date()
    first_day = read_value(request, "from", StrictDate())
    if first_day is None:
        first_day = last_day - timedelta(days=min(DEFAULT_DAYS - 1, last_day.toordinal() - 1))
    if not 0 <= (last_day - first_day).days < MOST_DAYS:
        rule = f"must be at most {MOST_DAYS - 1} days after from, and not before it"
        raise InvalidInput([FieldError("query.to", rule, str(last_day))])
    return first_day, last_day
