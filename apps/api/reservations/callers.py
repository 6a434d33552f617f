"""Who reserves: an organization's own credential, or a gateway of ours for the organization that it names."""

from dataclasses import replace

from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from apps.api.authentication import Credential, credential_of
from apps.api.fields import StrictUUID
from apps.api.problems import FieldError, InvalidInput
from apps.api.query_parameters import read_value
from apps.tenants.models import ApiKey
from apps.tenants.selectors import organization_with_id, require_active

NAMED_BY = "organizationId"


def caller_of(request: Request, *, finishes_work: bool) -> Credential:
    """Return the caller; a platform key counts as a key of the organization that `organizationId` in the query names.

    Raises:
        PermissionDenied: a platform key lacks platform:reservations (403).
        InvalidInput: a platform key names no organization, or another credential names one (422).
        OrganizationNotFound: there is none with this id (404).
        OrganizationInactive: it is suspended or archived, and the call begins new work (403).
    """
    credential = credential_of(request)
    if credential.organization is not None:
        if NAMED_BY in request.query_params:
            raise InvalidInput([FieldError(f"query.{NAMED_BY}", "is only for platform keys")])
        return credential
    if ApiKey.Scope.PLATFORM_RESERVATIONS not in credential.scopes:
        raise PermissionDenied("This needs a key of the organization, or a platform key with platform:reservations.")
    named = read_value(request, NAMED_BY, StrictUUID())
    if named is None:
        raise InvalidInput([FieldError(f"query.{NAMED_BY}", "is required with a platform key")])
    organization = organization_with_id(named)
    if not finishes_work:
        require_active(organization)
    scopes = {ApiKey.Scope.RESERVATIONS_WRITE, ApiKey.Scope.BILLING_READ}
    if ApiKey.Scope.PLATFORM_USAGE in credential.scopes:
        scopes.add(ApiKey.Scope.USAGE_WRITE)
    return replace(credential, organization=organization, scopes=frozenset(scopes))
