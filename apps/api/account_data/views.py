"""The newest collected snapshots of the balance and of a month's costs."""

from typing import Any

from rest_framework.request import Request

from apps.api.authentication import BearerAuthentication, organization_of
from apps.api.permissions import HasScope
from apps.api.query_parameters import IntegerParameter, read_integers
from apps.api.responses import Response
from apps.api.views import ApiView
from apps.common.money import decimal_text
from apps.snapshots import selectors
from apps.snapshots.models import BalanceSnapshot, CostSnapshot
from apps.tenants.models import ApiKey, Organization


class AccountDataView(ApiView):
    """A resource of `/v1/organization`."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (HasScope(ApiKey.Scope.BILLING_READ),)


class OrganisationProfile(AccountDataView):
    """The caller's organization."""

    def get(self, request: Request) -> Response:
        """Return it."""
        return Response(organisation(organization_of(request)))


def organisation(organization: Organization) -> dict[str, Any]:
    """Present an organization."""
    return {
        "id": organization.pk,
        "name": organization.name,
        "created_at": organization.created_at,
        "updated_at": organization.updated_at,
    }


YEAR = IntegerParameter("year", 2000, 9999)
MONTH = IntegerParameter("month", 1, 12)


class LatestBalance(AccountDataView):
    """The newest balance snapshot; 404 before the first."""

    def get(self, request: Request) -> Response:
        """Return it."""
        return Response(balance_body(selectors.latest_balance(organization_of(request))))


class LatestCosts(AccountDataView):
    """The newest cost snapshot of a month; 404 before the first."""

    def get(self, request: Request) -> Response:
        """Return it."""
        year, month = read_integers(request, YEAR, MONTH)
        return Response(costs_body(selectors.latest_costs(organization_of(request), year=year, month=month)))


def balance_body(snapshot: BalanceSnapshot) -> dict[str, Any]:
    """Present a balance, in whole currency units as a decimal string."""
    return {
        "organization_id": snapshot.organization_id,
        "amount": decimal_text(snapshot.amount_micros),
        "currency": snapshot.currency,
        "collected_at": snapshot.collected_at,
    }


def costs_body(snapshot: CostSnapshot) -> dict[str, Any]:
    """Present a month's costs, in whole currency units as decimal strings; the lines add up to `usage_fees`."""
    return {
        "organization_id": snapshot.organization_id,
        "year": snapshot.year,
        "month": snapshot.month,
        "collected_at": snapshot.collected_at,
        "currency": snapshot.currency,
        "fees": {
            "monthly_fees": decimal_text(snapshot.monthly_fees_micros),
            "one_time_fees": decimal_text(snapshot.one_time_fees_micros),
            "usage_fees": decimal_text(snapshot.usage_fees_micros),
            "total": decimal_text(snapshot.total_micros),
        },
        "usage_lines": [
            {
                "service": line["service"],
                "operator": line["operator"],
                "unit": line["unit"],
                "quantity": decimal_text(line["quantity_micros"]),
                "amount": decimal_text(line["amount_micros"]),
            }
            for line in snapshot.usage_lines
        ],
    }
