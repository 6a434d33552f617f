"""`GET /v1/billing/organization/summary`: the budget, the ledger behind it, and the newest activity."""

from django.utils import timezone
from rest_framework.request import Request

from apps.api.authentication import BearerAuthentication, credential_of, organization_of
from apps.api.billing_summary.facts import read_facts
from apps.api.billing_summary.presenter import summary
from apps.api.permissions import HasScope
from apps.api.query_parameters import IntegerParameter, read_integers
from apps.api.responses import Response
from apps.api.views import ApiView
from apps.tenants.models import ApiKey

ACTIVITY_LIMIT = IntegerParameter("activityLimit", 1, 100, 20)


class BillingSummary(ApiView):
    """The caller's summary; invalid values are a 400 here, as documented."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (HasScope(ApiKey.Scope.BILLING_READ),)
    invalid_input_status = 400

    def get(self, request: Request) -> Response:
        """Return the current summary."""
        (limit,) = read_integers(request, ACTIVITY_LIMIT)
        facts = read_facts(organization_of(request), limit=limit, now=timezone.now())
        return Response(summary(facts, credential_of(request)))
