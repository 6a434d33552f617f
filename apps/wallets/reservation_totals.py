"""An organization's reservations counted and summed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Aggregate, Count, F, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

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
    """Return an organization's reservations counted and summed by status, in one statement.

    It reads those that are pending, and of those that ended how many there were.
    """
    by_status = {status.value: StatusTotal(0, 0) for status in Hold.Status}
    rows = _TOTALS.rows(code=code_of(organization.pk, Role.WALLET), now=now)
    if not rows:
        return ReservationStats(by_status, None, 0)
    for row in rows:
        if row["ended"]:
            by_status[row["ended"]] = StatusTotal(row["ended_count"], row["ended_micros"])
    pending, expired = rows[0], by_status[Hold.Status.EXPIRED.value]
    by_status[Hold.Status.PENDING.value] = StatusTotal(pending["live_count"], pending["live_micros"])
    by_status[Hold.Status.EXPIRED.value] = StatusTotal(
        expired.count + pending["late_count"], expired.amount_micros + pending["late_micros"]
    )
    return ReservationStats(by_status, pending["oldest"], pending["late_count"])


def _totals(*, code: str, now: datetime) -> QuerySet[Account, Any]:
    pending = Hold.objects.filter(account=OuterRef("pk"), status=Hold.Status.PENDING)
    live, late = pending.filter(Q(expires_at=None) | Q(expires_at__gt=now)), pending.filter(expires_at__lte=now)
    return Account.objects.filter(code=code).values(
        ended=F("hold_totals__status"),
        ended_count=F("hold_totals__hold_count"),
        ended_micros=F("hold_totals__amount_micros"),
        live_count=Coalesce(_of(live, Count("pk")), 0),
        live_micros=Coalesce(_of(live, Sum("amount_micros")), 0),
        late_count=Coalesce(_of(late, Count("pk")), 0),
        late_micros=Coalesce(_of(late, Sum("amount_micros")), 0),
        oldest=_of(live, Min("created_at")),
    )


def _of(holds: QuerySet[Hold], figure: Aggregate) -> Subquery:
    return Subquery(holds.order_by().values("account").annotate(figure=figure).values("figure"))


_TOTALS = PreparedQuery(_totals)
