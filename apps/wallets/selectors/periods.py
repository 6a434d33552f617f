"""Movements of wallets in a period, from their daily totals."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date
from operator import neg
from uuid import UUID

from django.db.models import Sum

from apps.common.periods import Period
from apps.common.queries import Query, fetch
from apps.ledger.models import Transfer
from apps.tenants.models import Organization
from apps.wallets.kinds import CHARGED
from apps.wallets.models import DayTotal


def charged_between(organization: Organization, period: Period) -> int:
    """Return the charges of a period of whole UTC days, net of credits back, in micros."""
    return fetch(charged_query(organization, period))


def charged_query(organization: Organization, period: Period) -> Query[int]:
    """Return the query of `charged_between`."""
    values = (organization.pk, [str(kind) for kind in CHARGED], *_days_of(period))
    return Query("wallet_moved(%s, %s, %s, %s)", values, neg)


def day_totals(organization: Organization, period: Period) -> list[DayTotal]:
    """Return the wallet's totals by day and kind, oldest first."""
    first, end = _days_of(period)
    rows = DayTotal.objects.filter(organization=organization, day__gte=first, day__lt=end)
    return list(rows.order_by("day", "kind"))


@dataclass(frozen=True, slots=True)
class EntrySum:
    """The sum of a wallet's entries of one kind, in micros, and their number."""

    amount_micros: int = 0
    entry_count: int = 0


def moved_by_kind(organization_ids: Collection[UUID], period: Period) -> dict[UUID, dict[str, EntrySum]]:
    """Return the movements of wallets in a period of whole UTC days by kind, in one statement."""
    first, end = _days_of(period)
    rows = DayTotal.objects.filter(organization__in=organization_ids, day__gte=first, day__lt=end)
    found: dict[UUID, dict[str, EntrySum]] = {pk: {} for pk in organization_ids}
    totals = rows.order_by().values_list("organization", "kind")
    for pk, kind, amount, count in totals.annotate(amount=Sum("amount_micros"), count=Sum("entry_count")):
        found[pk][kind] = EntrySum(amount, count)
    return found


def reversed_by_key(places: Collection[tuple[UUID, str]], period: Period) -> dict[tuple[UUID, str], int]:
    """Return how much of each transfer, given by organization and key, was reversed in a period, in micros."""
    if not places:
        return {}
    reversals = Transfer.objects.filter(
        book__in={book for book, _ in places},
        reverses__key__in={key for _, key in places},
        recorded_at__gte=period.start,
        recorded_at__lt=period.end,
    )
    rows = reversals.values_list("book", "reverses__key", "amount_micros")
    return {(book, key): amount for book, key, amount in rows if (book, key) in places}


def _days_of(period: Period) -> tuple[date, date]:
    return period.start.astimezone(UTC).date(), period.end.astimezone(UTC).date()
