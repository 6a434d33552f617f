"""Reads of reservations: the newest ones, and counts and sums by status."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from apps.common.queries import Query, fetch, moment
from apps.common.values import value_class
from apps.ledger.models import Hold
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of


class Reservation(NamedTuple):
    """A hold on a wallet in a list; amounts in micros. `expires_at` is None if it does not expire."""

    pk: str
    status: str
    amount_micros: int
    captured_micros: int
    description: str
    key: str
    created_by: str
    created_at: datetime
    expires_at: datetime | None


def recent_holds(organization: Organization, limit: int) -> list[Reservation]:
    """Return the newest holds, at most 100, newest first: reservations, and credit that a dispute froze."""
    return fetch(_newest_holds(organization, limit, freezes=True))


def recent_reservations(organization: Organization, limit: int) -> list[Reservation]:
    """Return the newest reservations, at most 100, newest first."""
    return fetch(recent_reservations_query(organization, limit))


def recent_reservations_query(organization: Organization, limit: int) -> Query[list[Reservation]]:
    """Return the query of `recent_reservations`."""
    return _newest_holds(organization, limit, freezes=False)


def _newest_holds(organization: Organization, limit: int, *, freezes: bool) -> Query[list[Reservation]]:
    values = (organization.pk, code_of(organization.pk, Role.WALLET), freezes, limit)
    return Query("wallet_newest_holds(%s, %s, %s, %s)", values, _recent_reservations)


def _recent_reservations(rows: Sequence[Sequence[Any]] | None) -> list[Reservation]:
    return [
        Reservation._make([*plain, datetime.fromisoformat(created), moment(expires)])
        for *plain, created, expires in rows or ()
    ]


def reservation_status(reservation: Reservation | Hold, now: datetime) -> str:
    """Return a reservation's status at a moment; a pending one whose end has passed counts as expired."""
    ends = reservation.expires_at
    ended = reservation.status == Hold.Status.PENDING and ends is not None and ends <= now
    return str(Hold.Status.EXPIRED) if ended else reservation.status


@value_class(frozen=True, slots=True)
class StatusTotal:
    """The number of reservations with a status, and their sum in micros."""

    count: int
    amount_micros: int


@value_class(frozen=True, slots=True)
class ReservationStats:
    """Reservations by status at a moment, the oldest pending one, and the number expired but not yet closed."""

    by_status: dict[str, StatusTotal]
    oldest_pending_at: datetime | None
    unswept_count: int


def reservation_stats(organization: Organization, now: datetime) -> ReservationStats:
    """Return an organization's reservations counted and summed by status, in one statement.

    It reads the pending holds and the stored totals of ended ones, and subtracts the ended freezes of disputes.
    """
    return fetch(reservation_stats_query(organization, now))


def reservation_stats_query(organization: Organization, now: datetime) -> Query[ReservationStats]:
    """Return the query of `reservation_stats`."""
    values = (organization.pk, code_of(organization.pk, Role.WALLET), now)
    return Query("wallet_hold_totals(%s, %s, %s)", values, _stats)


def _stats(found: Mapping[str, Any] | None) -> ReservationStats:
    by_status = {status.value: StatusTotal(0, 0) for status in Hold.Status}
    if found is None:
        return ReservationStats(by_status, None, 0)
    thawed = {status: (count, micros) for status, count, micros in found["thawed"] or ()}
    for status, count, micros in found["ended"] or ():
        frozen_count, frozen_micros = thawed.get(status, (0, 0))
        by_status[status] = StatusTotal(count - frozen_count, micros - frozen_micros)
    (late_count, late_micros), expired = found["late"], by_status[Hold.Status.EXPIRED.value]
    by_status[Hold.Status.PENDING.value] = StatusTotal(*found["live"])
    by_status[Hold.Status.EXPIRED.value] = StatusTotal(expired.count + late_count, expired.amount_micros + late_micros)
    return ReservationStats(by_status, moment(found["oldest"]), late_count)
