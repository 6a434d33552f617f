"""`/v1/billing/preferences`: usage billing and the limit for persistent resources, switched by the customer's admin."""

from typing import Any

from django.utils import timezone
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.api.authentication import BearerAuthentication, credential_of, organization_of
from apps.api.fields import number
from apps.api.request_bodies import RequestBody, read_body
from apps.api.reservations.bodies import Amount, StrictBoolean
from apps.api.responses import Response
from apps.api.views import ApiView
from apps.tenants.models import ApiKey, Organization
from apps.wallets.services import change_spending_switches


class BillingSwitches(RequestBody):
    """Whether usage beyond the included quota is charged."""

    usageBillingEnabled = StrictBoolean(required=False)


class UsageSwitches(RequestBody):
    """The monthly limit for persistent resources, in US dollars, and what happens at it; null removes the limit."""

    monthlyResourceSpendLimit = Amount(may_be_zero=True, required=False, allow_null=True)
    pauseOnLimit = StrictBoolean(required=False)
    resourceEmailAlerts = StrictBoolean(required=False)


class PreferencesBody(RequestBody):
    """The switches to change; omitted members do not change."""

    billing = BillingSwitches(required=False)
    usage = UsageSwitches(required=False)


FIELDS = {
    "usageBillingEnabled": "usage_billing_enabled",
    "monthlyResourceSpendLimit": "monthly_resource_spend_limit_usd_micros",
    "pauseOnLimit": "pause_on_limit",
    "resourceEmailAlerts": "resource_email_alerts",
}


class ReadOrAdmin(BasePermission):
    """billing:read to read, an admin's session to change."""

    message = "This needs a credential with billing:read to read, or the session of an admin to change."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Check the scope or role that the method needs."""
        credential = credential_of(request)
        if request.method in ("GET", "HEAD"):
            return ApiKey.Scope.BILLING_READ in credential.scopes
        return credential.role.endswith("admin")


class Preferences(ApiView):
    """The switches."""

    authentication_classes = (BearerAuthentication,)
    permission_classes: Any = (ReadOrAdmin,)

    def get(self, request: Request) -> Response:
        """Return them."""
        return Response(_shown(request, organization_of(request)))

    def patch(self, request: Request) -> Response:
        """Change those that are sent."""
        asked = read_body(request, PreferencesBody)
        sent = {**asked.get("billing", {}), **asked.get("usage", {})}
        changed = {FIELDS[name]: value for name, value in sent.items()}
        organization = organization_of(request)
        if changed:
            organization = change_spending_switches(organization=organization, changed=changed, now=timezone.now())
        return Response(_shown(request, organization))


def _shown(request: Request, organization: Organization) -> dict[str, Any]:
    """Present the switches; members without a value are left out."""
    user_id, limit = credential_of(request).user_id, organization.monthly_resource_spend_limit_usd_micros
    usage: dict[str, Any] = {} if limit is None else {"monthlyResourceSpendLimit": number(limit)}
    usage |= {
        "pauseOnLimit": organization.pause_on_limit,
        "resourceEmailAlerts": organization.resource_email_alerts,
    }
    return {
        **({"userId": user_id} if user_id else {}),
        "billing": {"usageBillingEnabled": organization.usage_billing_enabled},
        "usage": usage,
    }
