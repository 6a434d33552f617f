"""An organization's reservations counted and summed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, Min, Q, QuerySet, Subquery, Sum, Value, When

from apps.common.prepared import PreparedQuery
from apps.ledger.models import Account, Hold
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of


@dataclass(frozen=True, slots=True)
class StatusTotal:
    """How many reservations have a status, and their sum in micros."""

    count: int
    amount_micros: int


@dataclass(frozen=True, slots=True)
class ReservationStats:
    """Reservations by status (as time has it), the oldest pending one, and how many have ended unswept."""

    by_status: dict[str, StatusTotal]
    oldest_pending_at: datetime | None
    unswept_count: int


def reservation_stats(organization: Organization, now: datetime) -> ReservationStats:
    """Return an organization's reservations counted and summed by status, in one statement."""
    rows = _HOLDS_BY_STATUS.rows(code=code_of(organization.pk, Role.WALLET), now=now)
    found = {row["shown"]: row for row in rows}
    none: dict[str, Any] = {"count": 0, "total": 0, "oldest": None, "late": 0}
    totals: dict[str, Any] = {status.value: found.get(status.value, none) for status in Hold.Status}
    return ReservationStats(
        {status: StatusTotal(row["count"], row["total"]) for status, row in totals.items()},
        totals[Hold.Status.PENDING.value]["oldest"],
        totals[Hold.Status.EXPIRED.value]["late"],
    )


def _holds_by_status(*, code: str, now: datetime) -> QuerySet[Hold, Any]:
    unswept = Q(status=Hold.Status.PENDING, expires_at__lte=now)
    return (
        Hold.objects.filter(account=Subquery(Account.objects.filter(code=code).values("pk")))
        .annotate(shown=Case(When(unswept, then=Value(Hold.Status.EXPIRED.value)), default=F("status")))
        .values("shown")
        .order_by()
        .annotate(count=Count("pk"), total=Sum("amount_micros"), oldest=Min("created_at"), late=Count("pk", unswept))
    )


_HOLDS_BY_STATUS = PreparedQuery(_holds_by_status)
