"""Which organization a session speaks for."""

from datetime import datetime

from apps.tenants import selectors
from apps.tenants.errors import OrganizationMissing, OrganizationUnknown
from apps.tenants.models import Organization
from apps.tenants.session_claims import SessionClaims


def organization_for_session(claims: SessionClaims, *, now: datetime) -> Organization:
    """Return the organization that a session names.

    Raises:
        OrganizationMissing: the token names none.
        OrganizationUnknown: it has no account here.
        OrganizationInactive: it is suspended or archived.
    """
    if claims.external_organization_id is None:
        raise OrganizationMissing("Choose an organization and sign in with it.")
    organization = selectors.organization_for_identity(claims.issuer, claims.external_organization_id)
    if organization is None:
        raise OrganizationUnknown(f"The organization {claims.external_organization_id} has no billing account.")
    return selectors.require_active(organization)
