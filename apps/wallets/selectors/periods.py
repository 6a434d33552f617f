"""What moved on wallets in a period, from their daily totals."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Sum

from apps.common.periods import Period
from apps.common.prepared import PreparedQuery
from apps.ledger.models import Transfer
from apps.tenants.models import Organization
from apps.wallets.models import CHARGES, DayTotal


def charged_between(organization: Organization, period: Period) -> int:
    """Return what was charged on the wallet in a period of whole UTC days, in micros, less what was given back."""
    first, end = _days_of(period)
    rows = _CHARGED.rows(organization_id=organization.pk, first=first, end=end)
    return -int(sum(row["total"] for row in rows))


def _charged(*, organization_id: UUID, first: date, end: date) -> QuerySet[DayTotal, Any]:
    rows = DayTotal.objects.filter(wallet__organization=organization_id, day__gte=first, day__lt=end, kind__in=CHARGES)
    return rows.order_by().values("wallet").annotate(total=Sum("amount_micros"))


_CHARGED = PreparedQuery(_charged)


def day_totals(organization: Organization, period: Period) -> list[DayTotal]:
    """Return what moved on the wallet by day and kind, oldest first."""
    first, end = _days_of(period)
    rows = DayTotal.objects.filter(wallet__organization=organization, day__gte=first, day__lt=end)
    return list(rows.order_by("day", "kind"))


@dataclass(frozen=True, slots=True)
class Moved:
    """What entries of one kind came to on a wallet, in micros, and how many there were."""

    amount_micros: int = 0
    entry_count: int = 0


def moved_by_kind(organization_ids: Collection[UUID], period: Period) -> dict[UUID, dict[str, Moved]]:
    """Return what moved on some wallets in a period of whole UTC days by kind, in one statement."""
    first, end = _days_of(period)
    rows = DayTotal.objects.filter(wallet__organization__in=organization_ids, day__gte=first, day__lt=end)
    found: dict[UUID, dict[str, Moved]] = {pk: {} for pk in organization_ids}
    totals = rows.order_by().values_list("wallet__organization", "kind")
    for pk, kind, amount, count in totals.annotate(amount=Sum("amount_micros"), count=Sum("entry_count")):
        found[pk][kind] = Moved(amount, count)
    return found


def reversed_by_key(keys: Sequence[str], period: Period) -> dict[str, int]:
    """Return what of the transfers with these keys was reversed in a period, in micros, by key."""
    if not keys:
        return {}
    reversals = Transfer.objects.filter(
        reverses__key__in=keys, recorded_at__gte=period.start, recorded_at__lt=period.end
    )
    return dict(reversals.values_list("reverses__key", "amount_micros"))


def _days_of(period: Period) -> tuple[date, date]:
    return period.start.astimezone(UTC).date(), period.end.astimezone(UTC).date()
