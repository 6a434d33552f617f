"""`GET /v1/usage/forecast`: what this period will come to by the run rate."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.authentication import BearerAuthentication, organization_of
from apps.api.permissions import HasScope
from apps.api.usage_forecast import presenter
from apps.api.usage_forecast.facts import customer_forecast
from apps.api.views import ApiView
from apps.tenants.models import ApiKey


class Forecast(ApiView):
    """The organization's forecast."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (HasScope(ApiKey.Scope.BILLING_READ),)

    def get(self, request: Request) -> Response:
        """Return it as of now."""
        organization = organization_of(request)
        found = customer_forecast(organization, timezone.now())
        return Response(presenter.forecast(found, organization.currency))
