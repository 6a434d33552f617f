"""`/v1/billing/budgets`: limits on the cost of work, and their spending."""

import re
from datetime import date
from typing import Any
from uuid import uuid4

from django.utils import timezone
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.api.authentication import BearerAuthentication, credential_of, organization_of
from apps.api.budgets import bodies, presenter
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
from apps.api.request_bodies import read_body
from apps.api.responses import Response
from apps.api.views import ApiView
from apps.pricing.selectors import counted_model
from apps.tenants.models import ApiKey
from apps.usage.selectors import bucket_named
from apps.usage.services import add_to_budget, put_budget
from apps.wallets import services
from apps.wallets.budgets.scopes import NAMES, scope_of
from apps.wallets.budgets.state import ANY, BudgetState
from apps.wallets.decisions.budget_changes import CUSTOMER, AddToBudget
from apps.wallets.selectors import BUDGET_ORDERS, PeriodFilter, budget_periods

LISTING, PERIODS = "budgets", "budget-periods"
LIMIT = IntegerParameter("limit", 1, 200, 50)


class ReadOrManage(BasePermission):
    """billing:read to read; to change, a key with budgets:write or a person with an admin role."""

    message = (
        "This needs a credential with billing:read to read, or with budgets:write, or an admin's session, to change."
    )

    def has_permission(self, request: Request, view: Any) -> bool:
        """Check the scope or role that the method needs."""
        credential = credential_of(request)
        if request.method in ("GET", "HEAD"):
            return ApiKey.Scope.BILLING_READ in credential.scopes
        return ApiKey.Scope.BUDGETS_WRITE in credential.scopes or credential.role.endswith("admin")


class BudgetView(ApiView):
    """The base of these views."""

    authentication_classes = (BearerAuthentication,)
    permission_classes: Any = (ReadOrManage,)


class Budgets(BudgetView):
    """The organization's budgets."""

    def get(self, request: Request) -> Response:
        """Return the budgets with their counters, the organization's first."""
        organization, now = organization_of(request), timezone.now()
        (limit,) = read_integers(request, LIMIT)
        state, scope = read_text(request, "state"), {name: read_text(request, name) for name in NAMES}
        if state not in ("", "active", "ended"):
            raise InvalidInput([FieldError("query.state", "must be active or ended", state)])
        if scope["model"] not in ("", ANY):
            _, scope["model"] = counted_model(organization, scope["meter"], scope["model"], now)
        start = _offset(request, LISTING)
        shown = [presenter.budget(each, now) for each in services.budget_statuses(organization, now)]
        wanted = [
            each
            for each in shown
            if state in ("", each["state"])
            and all(each["scope"].get(name) == value for name, value in scope.items() if value)
        ]
        return Response(_page(request, LISTING, wanted[start : start + limit + 1], start, limit))


class Budget(BudgetView):
    """One budget."""

    def get(self, request: Request, budget_id: str) -> Response:
        """Return the budget with its counters."""
        now = timezone.now()
        return Response(presenter.budget(services.find_budget_status(organization_of(request), budget_id, now), now))

    def put(self, request: Request, budget_id: str) -> Response:
        """Create it, or change everything except its scope and period."""
        organization, now = organization_of(request), timezone.now()
        if not re.fullmatch(bodies.BUDGET_ID, budget_id):
            rule = "must be 1 to 64 of a-z 0-9 - _, and begin with a letter or digit"
            raise InvalidInput([FieldError("path.budget_id", rule, budget_id)])
        asked = read_body(request, bodies.BudgetBody)
        made = put_budget(
            organization=organization,
            budget=_wanted(budget_id, asked, credential_of(request).created_by),
            version=asked.get("version"),
            now=now,
        )
        status = services.find_budget_status(organization, budget_id, now)
        return Response(presenter.budget(status, now), status=201 if made.is_new else 200)

    def delete(self, request: Request, budget_id: str) -> Response:
        """End it; it counts no more work."""
        organization, now = organization_of(request), timezone.now()
        services.end_budget(organization=organization, slug=budget_id, set_by=CUSTOMER, now=now)
        return Response(status=204)


class Usage(BudgetView):
    """The spending of a budget, by period and bucket."""

    permission_classes = (HasScope(ApiKey.Scope.BILLING_READ),)

    def get(self, request: Request, budget_id: str) -> Response:
        """Return its periods, the newest first."""
        organization, now = organization_of(request), timezone.now()
        (limit,) = read_integers(request, LIMIT)
        order = read_choice(request, "order", BUDGET_ORDERS, BUDGET_ORDERS[0])
        start, shown = _offset(request, PERIODS), services.find_budget_status(organization, budget_id, now).budget
        bucket = read_text(request, "bucket") if "bucket" in request.query_params else None
        wanted = PeriodFilter(
            bucket=None if bucket is None else bucket_named(organization, shown, bucket, now),
            since=read_value(request, "from", bodies.StrictDate()),
            until=read_value(request, "to", bodies.StrictDate()),
            order=order,
        )
        rows = budget_periods(organization, shown, wanted, offset=start, limit=limit + 1, now=now)
        periods = [presenter.period(shown, value, counted, held) for value, counted, held in rows]
        return Response(_page(request, PERIODS, periods, start, limit))


class Additions(BudgetView):
    """Raise a budget for the current period."""

    def post(self, request: Request, budget_id: str) -> Response:
        """Add an amount to the limit of one bucket; the next period starts with the limit alone."""
        organization, now = organization_of(request), timezone.now()
        asked = read_body(request, bodies.AdditionBody)
        call = AddToBudget(
            slug=budget_id,
            bucket=asked["bucket"],
            amount=asked["amount"],
            reason=asked["reason"],
            created_by=credential_of(request).created_by,
            set_by=CUSTOMER,
        )
        added = add_to_budget(organization=organization, call=call, now=now)
        return Response(presenter.period(added.budget, added.bucket, added.period, added.held_micros), status=201)


def _wanted(slug: str, asked: dict[str, Any], created_by: str) -> BudgetState:
    return BudgetState(
        id=uuid4(),
        slug=slug,
        name=asked["name"],
        scope=scope_of(asked["scope"]),
        period=asked["period"],
        starts_on=asked.get("startsOn"),
        ends_on=asked.get("endsOn"),
        limit_micros=asked["limit"],
        mode=asked["mode"],
        thresholds=tuple(sorted(set(asked["thresholds"]))),
        when_missing=asked["whenMissing"],
        counts_from=date.min,
        set_by=CUSTOMER,
        created_by=created_by,
    )


def _offset(request: Request, listing: str) -> int:
    cursor = read_text(request, "cursor")
    return read_cursor(listing, organization_of(request).pk, cursor)[0] if cursor else 0


def _page(request: Request, listing: str, rows: list[dict[str, Any]], start: int, limit: int) -> dict[str, Any]:
    body: dict[str, Any] = {"data": rows[:limit]}
    if len(rows) > limit:
        body["nextCursor"] = write_cursor(listing, organization_of(request).pk, [start + limit])
    return body
