"""`GET /api/v1/org/service-agreements`: the active service agreements, newest first."""

from datetime import UTC
from typing import Any

from django.utils import timezone
from rest_framework.request import Request

from apps.api.authentication import organization_of
from apps.api.fields import usd_number
from apps.api.org_billing.base import OrgBillingView
from apps.api.responses import Response
from apps.contracts.models import ServiceAgreement
from apps.contracts.selectors import active_agreements
from apps.tenants.models import Organization


class ServiceAgreements(OrgBillingView):
    """The service agreements of the caller's organization."""

    def get(self, request: Request) -> Response:
        """Return the active agreements as a bare array, as documented."""
        organization = organization_of(request)
        agreements = active_agreements(organization, timezone.now().astimezone(UTC).date())
        return Response([service_agreement(organization, agreement) for agreement in agreements])


def service_agreement(organization: Organization, agreement: ServiceAgreement) -> dict[str, Any]:
    """Present an agreement; members without a value are left out."""
    document = {
        "active": agreement.active,
        "amountUsd": usd_number(agreement.amount_micros, organization.usd_rate_micros),
        "billedAt": agreement.billed_at,
        "chargeId": agreement.pk,
        "chargeType": agreement.charge_type,
        "createdAt": agreement.created_at,
        "createdBy": agreement.created_by or None,
        "description": agreement.description,
        "projectId": agreement.project_id,
        "projectName": agreement.project.name if agreement.project else None,
        "tenantId": organization.pk,
        "updatedAt": agreement.updated_at,
    }
    return {name: value for name, value in document.items() if value is not None}
