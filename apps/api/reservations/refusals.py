"""The problems of refused reservations and captures: which limits refused, or why new work is paused."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from apps.api.authentication import organization_of
from apps.api.fields import number
from apps.api.problems import CONTENT_TYPE, billing_problem, problem_body
from apps.api.reservations import presenter
from apps.common.errors import BillingError
from apps.common.strict_json import write_json
from apps.dunning.rules import SUSPENDED
from apps.dunning.selectors import invoices_behind_pauses
from apps.tenants.models import Organization
from apps.top_ups.state import IN_FLIGHT
from apps.wallets.budgets.limits import POSTPAID_LIMIT
from apps.wallets.errors import AlreadyCaptured, BudgetExceeded, CapturesRefused, WorkPaused
from apps.wallets.selectors import exhausted_since

# The refusals whose problems have members of their own.
WITH_MEMBERS = (BudgetExceeded, WorkPaused, CapturesRefused, AlreadyCaptured)
# Retry-After, in seconds, for a refused call while credit is being bought.
TOP_UP_SECONDS = 5


def refusal_body(request: Request, error: BillingError, now: datetime, *, within: str = "body") -> dict[str, Any]:
    """Return the problem of a refusal.

    It has the limits that refused an amount, why work is paused, which capture of a batch was refused, or what an
    earlier capture charged.
    """
    organization = organization_of(request)
    body: dict[str, Any] = problem_body(billing_problem(error, within=within), request._request)
    if isinstance(error, BudgetExceeded):
        return body | presenter.refusal(error, exhausted_since(organization), now) | overdue(organization, error, now)
    if isinstance(error, WorkPaused):
        return body | presenter.pause(error) | overdue(organization, error, now)
    if isinstance(error, AlreadyCaptured):
        return body | {"charged": number(error.charged_micros)}
    if isinstance(error, CapturesRefused):
        index, refusal = error.context["index"], error.context["refusal"]
        return body | {"index": index, "refusal": refusal_body(request, refusal, now, within=f"body.captures[{index}]")}
    return body


def overdue(organization: Organization, error: BillingError, now: datetime) -> dict[str, Any]:
    """Return the detail and the overdue invoices of a refusal that a pause of dunning caused; empty for any other."""
    if isinstance(error, WorkPaused):
        is_paused = error.context["reason"] == SUSPENDED
    else:
        kinds = {limit.kind for limit in error.context.get("limits", ())}
        is_paused = organization.postpaid_paused_at is not None and POSTPAID_LIMIT in kinds
    return presenter.overdue(error, invoices_behind_pauses(organization.pk, now)) if is_paused else {}


def refusal_response(request: Request, error: BillingError, now: datetime) -> HttpResponse:
    """Respond to a refusal with its problem, and with Retry-After while a top-up is in progress."""
    top_up = error.top_up if isinstance(error, BudgetExceeded) else None
    is_coming = top_up is not None and top_up.status(now) == IN_FLIGHT
    return HttpResponse(
        write_json(refusal_body(request, error, now)),
        status=billing_problem(error).status,
        content_type=CONTENT_TYPE,
        headers={"Retry-After": str(TOP_UP_SECONDS)} if is_coming else {},
    )
