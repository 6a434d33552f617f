"""Reservations: the newest, and all of them counted and summed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import Aggregate, Count, F, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from apps.common.prepared import PreparedQuery, PreparedRows
from apps.ledger.models import Account, Hold
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of
from apps.wallets.selectors.subqueries import account_id

# What it is in the books, by the name that other apps know it by.
Reservation: TypeAlias = Hold


def recent_reservations(organization: Organization, limit: int) -> list[Hold]:
    """Return the newest reservations, newest first."""
    return _NEWEST_HOLDS.rows(book_id=organization.pk, code=code_of(organization.pk, Role.WALLET), limit=limit)


def _newest_holds(*, book_id: UUID, code: str, limit: int) -> QuerySet[Hold]:
    return Hold.objects.filter(account=account_id(book_id, code)).order_by("-created_at", "-pk")[:limit]


_NEWEST_HOLDS = PreparedRows[Hold](_newest_holds, shaped_by=["limit"])


def reservation_status(hold: Hold, now: datetime) -> str:
    """Return a reservation's status by time: a pending one whose end has come is expired, swept or not."""
    ended = hold.status == Hold.Status.PENDING and hold.expires_at is not None and hold.expires_at <= now
    return str(Hold.Status.EXPIRED if ended else hold.status)


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
    rows = _TOTALS.rows(book_id=organization.pk, code=code_of(organization.pk, Role.WALLET), now=now)
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


def _totals(*, book_id: UUID, code: str, now: datetime) -> QuerySet[Account, Any]:
    pending = Hold.objects.filter(account=OuterRef("pk"), status=Hold.Status.PENDING)
    live, late = pending.filter(Q(expires_at=None) | Q(expires_at__gt=now)), pending.filter(expires_at__lte=now)
    return Account.objects.filter(book=book_id, code=code).values(
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
