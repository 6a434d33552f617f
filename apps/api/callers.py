"""The caller of a request, typed."""

from typing import cast

from rest_framework.request import Request

from apps.api.authentication import Credential
from apps.tenants.models import Organization


def credential_of(request: Request) -> Credential:
    """Return who calls."""
    return cast(Credential, request.auth)


def organization_of(request: Request) -> Organization:
    """Return the caller's organization; customer surfaces let nobody in without one."""
    return cast(Organization, credential_of(request).organization)
