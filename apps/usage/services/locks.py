"""Lock organizations for usage work other than ingestion, which locks them in `open_usage`."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from apps.usage.models import MeteredOrganization


def lock_organizations(organization_ids: Collection[UUID], *, now: datetime) -> None:
    """Lock organizations in key order; their counters, rollups and months change only under this lock.

    Wallets are locked after it.
    """
    ids = sorted(set(organization_ids))
    rows = MeteredOrganization.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    found = {row.pk for row in rows}
    missing = [MeteredOrganization(organization_id=pk, created_at=now) for pk in ids if pk not in found]
    if missing:
        MeteredOrganization.objects.bulk_create(missing, ignore_conflicts=True)
        list(rows.all())
