"""Reads of the newest snapshots."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from apps.common.periods import Period
from apps.snapshots.errors import BalanceNotCollected, CostsNotCollected
from apps.snapshots.models import BalanceSnapshot, CostSnapshot
from apps.tenants.models import Organization


def latest_balance(organization: Organization) -> BalanceSnapshot:
    """Return the organization's newest balance snapshot.

    Raises:
        BalanceNotCollected: there is none yet.
    """
    found = BalanceSnapshot.objects.filter(organization=organization).order_by("-collected_at").first()
    if found is None:
        raise BalanceNotCollected("Balances are collected every three hours; this organization has none yet")
    return found


def latest_costs(organization: Organization, *, year: int, month: int) -> CostSnapshot:
    """Return the organization's newest cost snapshot of a month.

    Raises:
        CostsNotCollected: there is none.
    """
    rows = CostSnapshot.objects.filter(organization=organization, year=year, month=month)
    found = rows.order_by("-collected_at", "-pk").first()
    if found is None:
        raise CostsNotCollected(f"No costs have been collected for {year:04d}-{month:02d}")
    return found


def with_costs_since(organization_ids: Collection[UUID], month: Period, since: datetime) -> set[UUID]:
    """Return the organizations whose costs of a month were collected at or after `since`."""
    rows = CostSnapshot.objects.filter(
        organization__in=organization_ids, year=month.start.year, month=month.start.month, collected_at__gte=since
    )
    return set(rows.order_by("organization").values_list("organization", flat=True).distinct())
