"""`GET /v1/organization`: the organization of the credential."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.account_data.base import AccountDataView
from apps.api.authentication import organization_of
from apps.tenants.models import Organization


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
