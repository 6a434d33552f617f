"""What moved on many wallets in a period, in a constant number of statements, for who reads them all."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC
from uuid import UUID

from django.db.models import Sum

from apps.common.periods import Period
from apps.ledger.models import Transfer
from apps.wallets.models import DayTotal


@dataclass(frozen=True, slots=True)
class Moved:
    """What entries of one kind came to on a wallet, in micros, and how many there were."""

    amount_micros: int = 0
    entry_count: int = 0


def moved_by_kind(organization_ids: Collection[UUID], period: Period) -> dict[UUID, dict[str, Moved]]:
    """Return what moved on some wallets in a period of whole UTC days by kind, in one statement."""
    first, end = (moment.astimezone(UTC).date() for moment in (period.start, period.end))
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
