"""What happens to customers and their credentials. Each service is one transaction; the clock is passed in."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from apps.common.money import Micros
from apps.tenants import api_keys
from apps.tenants.errors import (
    ApiKeyNotFound,
    IdentityTaken,
    IllegalStatusChange,
    InvalidExpiry,
    InvalidOrganization,
    InvalidScopes,
    NotPostpaid,
    OrganizationArchived,
    OrganizationNotFound,
    SlugTaken,
)
from apps.tenants.models import ApiKey, IdentityLink, Organization

USE_WRITTEN_EVERY = timedelta(minutes=1)


class IssuedKey(NamedTuple):
    """A new API key with its full text, which exists only here: show it once, keep it nowhere."""

    key: ApiKey
    text: str


def lock_organization(organization_id: UUID) -> Organization:
    """Return the organization, locked until the transaction ends.

    Raises:
        OrganizationNotFound: there is none.
    """
    found = Organization.objects.select_for_update(no_key=True).filter(pk=organization_id).first()
    if found is None:
        raise OrganizationNotFound()
    return found


@transaction.atomic
def change_postpaid_limit(*, organization_id: UUID, limit: Micros, now: datetime) -> Organization:
    """Let a postpaid organization owe up to `limit`, in micros of its currency.

    Raises:
        NotPostpaid: it is prepaid.
        OrganizationNotFound: there is none.
    """
    organization = lock_organization(organization_id)
    if organization.billing_mode != Organization.BillingMode.POSTPAID:
        raise NotPostpaid
    organization.postpaid_limit_micros, organization.updated_at = limit, now
    organization.save(update_fields=["postpaid_limit_micros", "updated_at"])
    return organization


def lock_open_organization(organization_id: UUID) -> Organization:
    """Lock an organization for which something is to begin, so that it is not archived meanwhile.

    Raises:
        OrganizationArchived: it is archived.
        OrganizationNotFound: there is none.
    """
    organization = lock_organization(organization_id)
    if organization.status == Organization.Status.ARCHIVED:
        raise OrganizationArchived
    return organization


@transaction.atomic
def provision_organization(
    *,
    name: str,
    slug: str,
    now: datetime,
    currency: str = "USD",
    billing_mode: str = Organization.BillingMode.PREPAID,
    anchor_day: int = 1,
    **fields: Any,
) -> Organization:
    """Make a customer. Whoever calls opens the wallet.

    Raises:
        InvalidOrganization: a field breaks a rule.
        SlugTaken: another organization has the slug.
    """
    organization = Organization(
        name=name,
        slug=slug,
        currency=currency,
        billing_mode=billing_mode,
        anchor_day=anchor_day,
        created_at=now,
        updated_at=now,
        **fields,
    )
    try:
        organization.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise InvalidOrganization(messages[0], field=field) from error
    try:
        with transaction.atomic():
            organization.save(force_insert=True)
    except IntegrityError as error:
        raise SlugTaken(f"The slug {slug!r} is taken.", field="slug") from error
    return organization


@transaction.atomic
def set_status(*, organization_id: UUID, status: Organization.Status, now: datetime) -> Organization:
    """Suspend, reopen or archive an organization; its credentials stop or start to work at once.

    Raises:
        IllegalStatusChange: it cannot go there from where it is.
        OrganizationNotFound: there is none.
    """
    organization = lock_organization(organization_id)
    if status not in Organization.TRANSITIONS[Organization.Status(organization.status)]:
        raise IllegalStatusChange(f"The organization is {organization.status} and cannot become {status}.")
    organization.status, organization.updated_at = status, now
    organization.save(update_fields=["status", "updated_at"])
    return organization


@transaction.atomic
def link_identity(
    *, organization: Organization, issuer: str, external_organization_id: str, now: datetime
) -> IdentityLink:
    """Say that an issuer's organization is this one. Saying it again changes nothing.

    Raises:
        IdentityTaken: it is another one already.
    """
    link, _ = IdentityLink.objects.get_or_create(
        issuer=issuer,
        external_organization_id=external_organization_id,
        defaults={"organization": organization, "created_at": now},
    )
    if link.organization_id != organization.pk:
        raise IdentityTaken(f"{external_organization_id} at {issuer} belongs to another organization.")
    return link


@transaction.atomic
def issue_api_key(
    *,
    organization: Organization | None,
    name: str,
    scopes: Iterable[str],
    created_by: str,
    now: datetime,
    expires_at: datetime | None = None,
) -> IssuedKey:
    """Make an API key that works at once; `organization=None` makes a platform key, which belongs to none.

    Raises:
        InvalidScopes, InvalidExpiry: see `add_api_key`.
    """
    made = new_api_key()
    key = add_api_key(
        organization=organization,
        name=name,
        prefix=made.prefix,
        secret_sha256=made.sha256,
        scopes=scopes,
        created_by=created_by,
        now=now,
        expires_at=expires_at,
    )
    return IssuedKey(key=key, text=made.text)


def new_api_key() -> api_keys.NewKey:
    """Return the text of a key that nobody has; it works once `add_api_key` is given its hash.

    Its prefix says whether this deployment moves real money (`live`) or not (`test`).
    """
    return api_keys.new_key(live=settings.STRIPE_LIVEMODE)


@transaction.atomic
def add_api_key(
    *,
    organization: Organization | None,
    name: str,
    prefix: str,
    secret_sha256: str,
    scopes: Iterable[str],
    created_by: str,
    now: datetime,
    expires_at: datetime | None = None,
) -> ApiKey:
    """Let a key of `new_api_key` work; `organization=None` makes it a platform key, which belongs to none.

    Raises:
        InvalidScopes: none, an unknown one, or one that is not for this kind of key.
        InvalidExpiry: `expires_at` is not after `now`.
    """
    granted = sorted(set(scopes))
    _check_scopes(granted, for_platform=organization is None)
    if expires_at is not None and expires_at <= now:
        raise InvalidExpiry(field="expires_at")
    return ApiKey.objects.create(
        organization=organization,
        name=name,
        prefix=prefix,
        secret_sha256=secret_sha256,
        scopes=granted,
        created_by=created_by,
        created_at=now,
        expires_at=expires_at,
    )


@transaction.atomic
def revoke_api_key(*, key_id: int, revoked_by: str, now: datetime) -> ApiKey:
    """Stop a key from its next request on. Revoking it again keeps the first moment.

    Raises:
        ApiKeyNotFound: there is none.
    """
    key = ApiKey.objects.select_for_update(no_key=True).filter(pk=key_id).first()
    if key is None:
        raise ApiKeyNotFound()
    if key.revoked_at is None:
        key.revoked_at, key.revoked_by = now, revoked_by
        key.save(update_fields=["revoked_at", "revoked_by"])
    return key


def note_key_use(*, key: ApiKey, now: datetime) -> bool:
    """Write down that a key was used, at most once a minute however many requests come at once; say if it was."""
    stale = now - USE_WRITTEN_EVERY
    if key.last_used_at is not None and key.last_used_at > stale:
        return False
    unwritten = Q(last_used_at__isnull=True) | Q(last_used_at__lte=stale)
    key.last_used_at = now  # the key may be kept for the next request, which need not write it again
    return ApiKey.objects.filter(unwritten, pk=key.pk).update(last_used_at=now) == 1


def _check_scopes(scopes: list[str], *, for_platform: bool) -> None:
    platform = {str(ApiKey.Scope.PLATFORM_USAGE), str(ApiKey.Scope.PLATFORM_LEDGER)}
    allowed = platform if for_platform else set(ApiKey.Scope.values) - platform
    if not scopes or not allowed.issuperset(scopes):
        raise InvalidScopes(f"The scopes of such a key are among: {', '.join(sorted(allowed))}.", field="scopes")
