"""Find the organization of a session; if the settings allow it, an unknown one is created on its first request."""

import hashlib
from datetime import datetime

from django.conf import settings
from django.utils.text import slugify

from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.tenants import selectors
from apps.tenants import services as tenants
from apps.tenants.causes import ORGANIZATION
from apps.tenants.errors import IdentityTaken, OrganizationMissing, OrganizationUnknown, SlugTaken
from apps.tenants.models import Organization
from apps.tenants.session_claims import SessionClaims
from apps.wallets import services as wallets

CREATED_BY = "system:auto-provision"
LONGEST_SLUG = 60


def organization_for_session(claims: SessionClaims, *, now: datetime) -> Organization:
    """Return the organization that a session names.

    Raises:
        OrganizationMissing: the token names none.
        OrganizationUnknown: it has no account here, and accounts are not created automatically.
        OrganizationInactive: it is suspended or archived.
    """
    if claims.external_organization_id is None:
        raise OrganizationMissing("Choose an organization and sign in with it.")
    organization = selectors.organization_for_identity(claims.issuer, claims.external_organization_id)
    if organization is None:
        if not settings.CLERK_AUTO_PROVISION:
            raise OrganizationUnknown(f"The organization {claims.external_organization_id} has no billing account.")
        organization = _create_unknown(claims, claims.external_organization_id, now)
    return selectors.require_active(organization)


def _create_unknown(claims: SessionClaims, external_id: str, now: datetime) -> Organization:
    """Create the organization, or return the one that a concurrent request has created.

    Concurrent requests of one organization compete for the same slug, and the unique index lets one win. If another
    organization has the slug, it is tried again with a suffix unique to this identity.
    """
    slug = slugify(claims.organization_slug)[:LONGEST_SLUG] or "organization"
    mark = hashlib.sha256(f"{claims.issuer} {external_id}".encode()).hexdigest()[:10]
    for candidate in (slug, f"{slug}-{mark}"):
        try:
            return _provision(claims, external_id, candidate, now)
        except (SlugTaken, IdentityTaken):
            organization = selectors.organization_for_identity(claims.issuer, external_id)
            if organization is not None:
                return organization
    raise OrganizationUnknown(f"No account could be created for the organization {external_id}.")


@serialized
def _provision(claims: SessionClaims, external_id: str, slug: str, now: datetime) -> Organization:
    organization = tenants.provision_organization(name=claims.organization_slug or external_id, slug=slug, now=now)
    tenants.link_identity(
        organization=organization, issuer=claims.issuer, external_organization_id=external_id, now=now
    )
    wallets.open_wallet(organization=organization, now=now)
    if settings.SIGNUP_CREDIT_MICROS > 0:
        wallets.grant_credits(
            organization=organization,
            grant=wallets.NewGrant(
                amount=Micros(settings.SIGNUP_CREDIT_MICROS),
                source=wallets.Source.SIGNUP,
                key=f"signup:{organization.pk}",
                cause=ORGANIZATION.of(organization.pk),
                created_by=CREATED_BY,
                description="Free credit for signing up",
            ),
            now=now,
        )
    return organization
