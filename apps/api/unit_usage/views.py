"""`GET /api/v1/account/organization/usage`: units included and consumed in the current allocation period."""

from typing import Any

from django.utils import timezone
from rest_framework.request import Request

from apps.api.authentication import ApiKeyHeaderAuthentication, organization_of
from apps.api.fields import number
from apps.api.permissions import HasScope
from apps.api.responses import Response
from apps.api.views import ApiView
from apps.plans.selectors import SubscriptionFigures, subscription_with_unit_usage
from apps.tenants.models import ApiKey
from apps.usage.selectors import ConsumedUnits, consumed_units


class OrganizationUsage(ApiView):
    """The caller's unit usage; 403 without a plan, or if the plan has no units."""

    authentication_classes = (ApiKeyHeaderAuthentication,)
    permission_classes = (HasScope(ApiKey.Scope.BILLING_READ),)

    def get(self, request: Request) -> Response:
        """Return the current usage in the allocation period, or in the billing period if there is none."""
        organization, now = organization_of(request), timezone.now()
        subscription = subscription_with_unit_usage(organization, now)
        consumed = consumed_units(organization, subscription.allocation or subscription.billing)
        return Response(unit_usage(subscription, consumed))


def unit_usage(subscription: SubscriptionFigures, consumed: ConsumedUnits) -> dict[str, Any]:
    """Present unit usage; `consumed_amounts` has the same members as `allocation_amounts`."""
    billing, allocation = subscription.billing, subscription.allocation
    return {
        "billing_period_start": billing.start,
        "billing_period_end": billing.end,
        "allocation_period_start": allocation.start if allocation else None,
        "allocation_period_end": allocation.end if allocation else None,
        "allocation_cadence": subscription.cadence,
        "allocation_amounts": {unit: number(amount) for unit, amount in subscription.allocation_amounts.items()},
        "consumed_amounts": {unit: number(consumed.by_unit[unit]) for unit in subscription.allocation_amounts},
    }
