"""Queries on organizations, and authentication of credentials."""

import hashlib
import secrets
from bisect import bisect_right
from collections.abc import Callable, Iterable
from datetime import date, datetime
from operator import itemgetter
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from apps.common.rows import copy_row
from apps.tenants import key_text
from apps.tenants.errors import InvalidCredential, OrganizationInactive, OrganizationNotFound, OrganizationSuspended
from apps.tenants.known_credentials import KnownCredentials, version_of
from apps.tenants.models import ApiKey, IdentityLink, Organization, UsdRate

NO_PREFIX = "no such prefix"
NO_HASH = "0" * 64
KNOWN_KEYS: KnownCredentials[ApiKey] = KnownCredentials()
KNOWN_IDENTITIES: KnownCredentials[Organization] = KnownCredentials()


def organization_with_slug(slug: str) -> Organization:
    """Return the organization.

    Raises:
        OrganizationNotFound: there is none.
    """
    organization = Organization.objects.filter(slug=slug).first()
    if organization is None:
        raise OrganizationNotFound(f"No organization has the slug {slug!r}.")
    return organization


def organization_with_id(organization_id: UUID) -> Organization:
    """Return the organization.

    Raises:
        OrganizationNotFound: there is none.
    """
    organization = Organization.objects.filter(pk=organization_id).first()
    if organization is None:
        raise OrganizationNotFound(f"No organization has the id {organization_id}.")
    return organization


def usd_rate_of(day: str) -> Subquery:
    """Return the expression for the rate, in micros, of the customer of a row of sums on its UTC day."""
    rates = UsdRate.objects.filter(organization=OuterRef("organization"), day__lte=OuterRef(day))
    return Subquery(rates.order_by("-day").values("rate_micros")[:1])


def usd_rates(customers: Iterable[UUID]) -> Callable[[UUID, date], int]:
    """Return a function that looks up a customer's rate, in micros, on a UTC day."""
    known: dict[UUID, list[tuple[date, int]]] = {}
    rows = UsdRate.objects.filter(organization__in=customers).order_by("day")
    for owner, day, rate in rows.values_list("organization", "day", "rate_micros"):
        known.setdefault(owner, []).append((day, rate))

    def rate_of(owner: UUID, day: date) -> int:
        return known[owner][bisect_right(known[owner], day, key=itemgetter(0)) - 1][1]

    return rate_of


def organizations_named(text: str) -> QuerySet[Organization]:
    """Return the customers whose name contains `text` or whose slug starts with it, by name."""
    rows = Organization.objects.filter(Q(name__icontains=text) | Q(slug__startswith=text.lower()))
    return rows.order_by("name")


def organization_for_identity(issuer: str, external_id: str) -> Organization | None:
    """Return the organization linked to an issuer's organization id, in any status, or None."""
    digest = hashlib.sha256(f"{issuer} {external_id}".encode()).hexdigest()
    organization = KNOWN_IDENTITIES.get(digest)
    if organization is None:
        links = IdentityLink.objects.filter(issuer=issuer, external_organization_id=external_id)
        link = links.select_related("organization").first()
        if link is None:
            return None
        organization = link.organization
        KNOWN_IDENTITIES.put(digest, organization, organization_id=organization.pk, version=organization.version)
    return copy_row(organization)


def authenticate_api_key(text: str, now: datetime) -> ApiKey:
    """Return the API key with this full text, with its organization, which may be suspended or archived.

    An unknown prefix, a wrong secret, and malformed text take equally long: one index lookup that finds no row (loading
    a row found by its prefix would take measurably longer) and one comparison of hashes.

    Raises:
        InvalidCredential: the key is unknown, revoked, or expired.
    """
    digest = key_text.sha256_of(text)
    key = KNOWN_KEYS.get(digest) or _read_key(text, digest)
    matches = secrets.compare_digest(key.secret_sha256 if key else NO_HASH, digest)
    if key is None or not matches or not key.works_at(now):
        raise InvalidCredential("The API key is unknown, revoked, or expired.")
    return key


def _read_key(text: str, digest: str) -> ApiKey | None:
    """Read a key with its organization's version, and cache it."""
    keys = ApiKey.objects.filter(prefix=key_text.prefix_of(text) or NO_PREFIX, secret_sha256=digest)
    key = keys.select_related("organization").first()
    if key is None:
        return None
    if key.organization is not None:
        version = key.organization.version
    else:  # read the version first, so that the key is not older than the version it is cached with
        version = version_of(None) or 0
        key = keys.first()
    if key is not None:
        KNOWN_KEYS.put(digest, key, organization_id=key.organization_id, version=version)
    return key


def require_active(organization: Organization) -> Organization:
    """Return the organization if it is active.

    Raises:
        OrganizationSuspended: it is suspended.
        OrganizationInactive: it is archived.
    """
    if organization.status == Organization.Status.SUSPENDED:
        raise OrganizationSuspended("The organization is suspended.")
    if organization.status != Organization.Status.ACTIVE:
        raise OrganizationInactive(f"The organization is {organization.status}.")
    return organization
