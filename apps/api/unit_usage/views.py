"""`GET /api/v1/account/organization/usage`: units included and consumed in the current allocation period."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.authentication import ApiKeyHeaderAuthentication, organization_of
from apps.api.permissions import HasScope
from apps.api.unit_usage.presenter import unit_usage
from apps.api.views import ApiView
from apps.plans.selectors import subscription_with_unit_usage
from apps.tenants.models import ApiKey
from apps.usage.selectors import consumed_units


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
