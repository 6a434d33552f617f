"""Services on customers and their credentials. Each is one transaction; the time is passed in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from apps.common.money import Micros
from apps.common.transitions import transition
from apps.tenants import key_text
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

# The fields of an organization that its admin may change. The limit is in micros of US dollars; None is no limit.
SPENDING_SWITCHES = (
    "usage_billing_enabled",
    "monthly_resource_spend_limit_usd_micros",
    "pause_on_limit",
    "resource_email_alerts",
)
USE_WRITTEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTerms:
    """A key's name, what it may do, and until when it is valid."""

    name: str
    scopes: Iterable[str]
    expires_at: datetime | None = None


class IssuedKey(NamedTuple):
    """A new API key with its full text, which is not stored: show it once."""

    key: ApiKey
    text: str


def lock_organization(organization_id: UUID) -> Organization:
    """Lock an organization until the transaction ends.

    Raises:
        OrganizationNotFound: there is none.
    """
    found = Organization.objects.select_for_update(no_key=True).filter(pk=organization_id).first()
    if found is None:
        raise OrganizationNotFound()
    return found


@transaction.atomic
def change_postpaid_limit(*, organization_id: UUID, limit: Micros, now: datetime) -> Organization:
    """Set how much a postpaid organization may owe, in micros of its currency.

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


@transaction.atomic
def change_spending_switches(*, organization_id: UUID, changed: Mapping[str, Any], now: datetime) -> Organization:
    """Change those of an organization's SPENDING_SWITCHES that are named.

    Raises:
        OrganizationNotFound: there is none.
    """
    organization = lock_organization(organization_id)
    names = [name for name in SPENDING_SWITCHES if name in changed]
    for name in names:
        setattr(organization, name, changed[name])
    organization.updated_at = now
    organization.save(update_fields=[*names, "updated_at"])
    return organization


def lock_open_organization(organization_id: UUID) -> Organization:
    """Lock an organization for which something new starts, so that it cannot be archived meanwhile.

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
    """Create a customer. The caller opens its wallet.

    Raises:
        InvalidOrganization: a field is not valid.
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
    """Suspend, reactivate, or archive an organization; this affects its credentials immediately.

    Raises:
        IllegalStatusChange: there is no such transition.
        OrganizationNotFound: there is none.
    """
    organization = lock_organization(organization_id)
    refusal = IllegalStatusChange(f"The organization is {organization.status} and cannot become {status}.")
    transition(organization, status, Organization.TRANSITIONS, refusal, field="status")
    return _saved(organization, now, "status")


@transaction.atomic
def set_postpaid_pause(*, organization_id: UUID, paused: bool, now: datetime) -> Organization:
    """Pause postpaid use, or allow it up to the postpaid limit again. The caller holds the lock of the customer's book.

    Raises:
        OrganizationNotFound: there is none.
    """
    organization = lock_organization(organization_id)
    organization.postpaid_paused_at = (organization.postpaid_paused_at or now) if paused else None
    return _saved(organization, now, "postpaid_paused_at")


@transaction.atomic
def set_work_pause(*, organization_id: UUID, reason: str, now: datetime) -> Organization:
    """Pause new work, for a reason that the customer reads; an empty reason ends the pause.

    Pausing again changes the reason and keeps the time. The caller holds the lock of the customer's book.

    Raises:
        OrganizationNotFound: there is none.
    """
    organization = lock_organization(organization_id)
    organization.work_paused_at = (organization.work_paused_at or now) if reason else None
    organization.work_pause_reason = reason
    return _saved(organization, now, "work_paused_at", "work_pause_reason")


def _saved(organization: Organization, now: datetime, *fields: str) -> Organization:
    organization.updated_at = now
    organization.save(update_fields=[*fields, "updated_at"])
    return organization


@transaction.atomic
def link_identity(
    *, organization: Organization, issuer: str, external_organization_id: str, now: datetime
) -> IdentityLink:
    """Link an issuer's organization to this one; linking again changes nothing.

    Raises:
        IdentityTaken: it is linked to another organization.
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
    """Issue an API key, valid immediately; without an organization it is a platform key.

    Raises:
        InvalidScopes, InvalidExpiry: see `add_api_key`.
    """
    made = new_api_key()
    key = add_api_key(
        organization=organization,
        terms=KeyTerms(name=name, scopes=scopes, expires_at=expires_at),
        prefix=made.prefix,
        secret_sha256=made.sha256,
        created_by=created_by,
        now=now,
    )
    return IssuedKey(key=key, text=made.text)


def new_api_key() -> key_text.NewKey:
    """Generate a key, which becomes valid once its hash is passed to `add_api_key`.

    Its prefix says whether this deployment moves real money (`live`) or not (`test`).
    """
    return key_text.new_key(live=settings.STRIPE_LIVEMODE)


@transaction.atomic
def add_api_key(
    *,
    organization: Organization | None,
    terms: KeyTerms,
    prefix: str,
    secret_sha256: str,
    created_by: str,
    now: datetime,
) -> ApiKey:
    """Store a key from `new_api_key`, which makes it valid; without an organization it is a platform key.

    Raises:
        InvalidScopes: no scope, an unknown one, or one not allowed for this kind of key.
        InvalidExpiry: `expires_at` is not after `now`.
    """
    granted = sorted(set(terms.scopes))
    _check_scopes(granted, for_platform=organization is None)
    if terms.expires_at is not None and terms.expires_at <= now:
        raise InvalidExpiry(field="expires_at")
    return ApiKey.objects.create(
        organization=organization,
        name=terms.name,
        prefix=prefix,
        secret_sha256=secret_sha256,
        scopes=granted,
        created_by=created_by,
        created_at=now,
        expires_at=terms.expires_at,
    )


@transaction.atomic
def revoke_api_key(*, key_id: int, revoked_by: str, now: datetime) -> ApiKey:
    """Revoke a key from its next request on; revoking it again keeps the first time.

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
    """Record that a key was used, at most once a minute even with concurrent requests; return whether it was."""
    stale = now - USE_WRITTEN_EVERY
    if key.last_used_at is not None and key.last_used_at > stale:
        return False
    unwritten = Q(last_used_at__isnull=True) | Q(last_used_at__lte=stale)
    key.last_used_at = now  # the key may be cached for the next request, which then skips the write
    return ApiKey.objects.filter(unwritten, pk=key.pk).update(last_used_at=now) == 1


def _check_scopes(scopes: list[str], *, for_platform: bool) -> None:
    scope = ApiKey.Scope
    platform = {str(each) for each in (scope.PLATFORM_USAGE, scope.PLATFORM_RESERVATIONS, scope.PLATFORM_LEDGER)}
    allowed = platform if for_platform else set(ApiKey.Scope.values) - platform
    if not scopes or not allowed.issuperset(scopes):
        raise InvalidScopes(
            f"This kind of key may have only these scopes: {', '.join(sorted(allowed))}.", field="scopes"
        )
