"""The source of each organization's figures, chosen by staff and never by tenants."""

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from apps.common.errors import Rejected
from apps.snapshots.errors import UnknownUpstream
from apps.snapshots.models import CollectionSource
from apps.snapshots.providers import OwnLedger, Provider, UpstreamAccount
from apps.tenants.models import Organization

_ACCOUNT = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)


def open_sources(organizations: Sequence[Organization], now: datetime) -> dict[UUID, CollectionSource]:
    """Return each organization's source; a missing one is created for its own ledger."""
    wanted = [organization.pk for organization in organizations]
    CollectionSource.objects.bulk_create(
        [CollectionSource(organization_id=pk, created_at=now, updated_at=now) for pk in wanted], ignore_conflicts=True
    )
    return {row.organization_id: row for row in CollectionSource.objects.filter(organization__in=wanted)}


def lock_source(organization: Organization, now: datetime) -> None:
    """Lock an organization's source until the transaction ends, so that its collectors take turns."""
    rows = CollectionSource.objects.select_for_update(no_key=True).filter(organization=organization).order_by("pk")
    if rows.values_list("pk").first() is None:
        open_sources([organization], now)
        rows.values_list("pk").first()


def provider_of(source: CollectionSource, own_ledger: OwnLedger | None = None) -> Provider:
    """Return the provider of a source; `own_ledger` is the one shared by a batch."""
    if source.upstream:
        return UpstreamAccount(upstream=source.upstream, external_account=source.external_account)
    return own_ledger or OwnLedger()


@transaction.atomic
def choose_source(
    *, organization: Organization, upstream: str, external_account: str, now: datetime
) -> CollectionSource:
    """Choose the source of an organization's figures: an account at an upstream, or with "" its own ledger.

    Raises:
        UnknownUpstream: the upstream is not configured. Rejected: the account's id is malformed.
    """
    if upstream and upstream not in settings.SNAPSHOT_UPSTREAMS:
        raise UnknownUpstream(f"No upstream {upstream} is configured", field="upstream")
    if upstream and not _ACCOUNT.fullmatch(external_account):
        raise Rejected("An account id has 1 to 100 letters, digits, - and _", field="external_account")
    source, _ = CollectionSource.objects.update_or_create(
        organization=organization,
        defaults={
            "upstream": upstream,
            "external_account": external_account if upstream else "",
            "updated_at": now,
        },
        create_defaults={
            "upstream": upstream,
            "external_account": external_account if upstream else "",
            "created_at": now,
            "updated_at": now,
        },
    )
    return source
