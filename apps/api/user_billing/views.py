"""`/v1/billing/budget`, `/v1/billing/records` and `/v1/costs/summary`, for callers that may read billing data."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone
from rest_framework.request import Request

from apps.api.authentication import BearerAuthentication, credential_of, organization_of
from apps.api.billing_summary.facts import BudgetFacts, budget_queries
from apps.api.fields import StrictMoment
from apps.api.permissions import HasScope
from apps.api.query_parameters import IntegerParameter, read_choice, read_integers, read_value
from apps.api.responses import Response
from apps.api.user_billing import presenter
from apps.api.views import ApiView
from apps.common.periods import Period, midnight, month_of
from apps.common.queries import fetch_together
from apps.tenants.models import ApiKey
from apps.usage.selectors import cost_by_day
from apps.wallets.budgets.periods import regular_span
from apps.wallets.budgets.state import BILLING_PERIOD, DAY, MONTH, WEEK
from apps.wallets.selectors import charged_query, wallet_records
from apps.wallets.services import budget_statuses

LIMIT = IntegerParameter("limit", 1, 200, 50)
OFFSET = IntegerParameter("offset", 0, 10_000, 0)
PERIODS = (DAY, WEEK, MONTH, BILLING_PERIOD)


class UserBillingView(ApiView):
    """The base of these views: billing:read; invalid values are a 400, as for the summary."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (HasScope(ApiKey.Scope.BILLING_READ),)
    invalid_input_status = 400


class UserBudget(UserBillingView):
    """The caller's budget."""

    def get(self, request: Request) -> Response:
        """Return the summary's budget, the spending, and the limits of the day and the month."""
        organization, now = organization_of(request), timezone.now()
        today = midnight(now.astimezone(UTC).date())
        tomorrow = today + timedelta(days=1)
        ever = datetime(1970, 1, 1, tzinfo=UTC)
        spans = (Period(ever, tomorrow), Period(today, tomorrow), month_of(now))
        *found, total, spent_today, spent_this_month = fetch_together(
            *budget_queries(organization, now), *(charged_query(organization, each) for each in spans)
        )
        facts = BudgetFacts(organization, now, *found)
        statuses = budget_statuses(organization, now)
        spent = (total, spent_today, spent_this_month)
        return Response(presenter.user_budget(facts, credential_of(request), statuses, *spent))


class BillingRecords(UserBillingView):
    """The charges and credits of the wallet."""

    def get(self, request: Request) -> Response:
        """Return a page, newest first; `from` and `to` are half-open times."""
        limit, offset = read_integers(request, LIMIT, OFFSET)
        since, until = (read_value(request, name, StrictMoment()) for name in ("from", "to"))
        entries, total = wallet_records(organization_of(request), since=since, until=until, limit=limit, offset=offset)
        return Response(
            {
                "object": "list",
                "data": [presenter.record(each) for each in entries],
                "has_more": offset + len(entries) < total,
                "total_count": total,
            }
        )


class Costs(UserBillingView):
    """The cost of usage in a current period."""

    def get(self, request: Request) -> Response:
        """Return it in total and by day: of the current day, week, month (the default) or billing period, up to now."""
        organization, now = organization_of(request), timezone.now()
        period = read_choice(request, "period", PERIODS, MONTH)
        today = now.astimezone(UTC).date()
        span = regular_span(period, today, organization.anchor_day)
        days = cost_by_day(organization, days=(today - span[0]).days + 1, now=now)
        return Response(presenter.costs(period, span, days))
