"""`GET /v1/usage/breakdown`: usage and its charge by project, key, user, agent, tag, model and the like."""

from datetime import UTC, date, datetime, timedelta

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request

from apps.api.authentication import BearerAuthentication, organization_of
from apps.api.budgets.bodies import StrictDate
from apps.api.permissions import HasScope
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
from apps.api.views import ApiView
from apps.common.csv_text import MARK
from apps.tenants.models import ApiKey
from apps.usage.selectors import GROUPS, INTERVALS, ORDERS, BreakdownQuery, broken_down

LISTING = "usage-breakdown"
LIMIT = IntegerParameter("limit", 1, 500, 100)
DEFAULT_DAYS, MOST_DAYS = 30, 400
WIDEST = 2


class UsageBreakdown(ApiView):
    """The organization's usage by group."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (HasScope(ApiKey.Scope.BILLING_READ),)

    def get(self, request: Request) -> HttpResponseBase:
        """Return a page of groups, or all of them as CSV."""
        organization = organization_of(request)
        (limit,) = read_integers(request, LIMIT)
        asked = _asked(request, timezone.now())
        cursor, kind = read_text(request, "cursor"), read_choice(request, "format", ("json", "csv"), "json")
        if kind == "csv":
            found = broken_down(organization, asked, offset=0, limit=None)
            lines = presenter.csv_lines(asked, found, organization.currency)
            answer = StreamingHttpResponse((MARK, *lines), content_type="text/csv; charset=utf-8")
            answer["Content-Disposition"] = 'attachment; filename="usage-breakdown.csv"'
            return answer
        start = read_cursor(LISTING, organization.pk, cursor)[0] if cursor else 0
        found = broken_down(organization, asked, offset=start, limit=limit + 1)
        body = presenter.breakdown(asked, found, organization.currency)
        if len(found.groups) > limit:
            body["data"] = body["data"][:limit]
            body["nextCursor"] = write_cursor(LISTING, organization.pk, [start + limit])
        return Response(body)


def _asked(request: Request, now: datetime) -> BreakdownQuery:
    first_day, last_day = _window(request, now)
    group_by = tuple(filter(None, read_text(request, "group_by").split(",")))
    wrong = [name for name in group_by if name not in GROUPS]
    if wrong or not 1 <= len(group_by) <= WIDEST or len(set(group_by)) != len(group_by):
        rule = f"must be one or two different ones of {', '.join(GROUPS)}"
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
        rule = f"must be at most {MOST_DAYS} days after from, and not before it"
        raise InvalidInput([FieldError("query.to", rule, str(last_day))])
    return first_day, last_day
