"""Reads of reservations for the API: one, or a page, with the grants that backed them and the entries that charged."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Exists, Expression, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce, JSONObject

from apps.common.list_positions import Position, beyond
from apps.ledger.causes import HOLD
from apps.ledger.errors import HoldNotFound
from apps.ledger.models import Account, Entry, Hold
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of
from apps.wallets.models import HoldSlice, Wallet

RESERVATION_STATUSES = tuple(Hold.Status.values)


@dataclass(frozen=True, slots=True)
class ReservationRow:
    """A reservation, the grants that backed it as (id, source, micros), and the entry that charged it."""

    hold: Hold
    backing: tuple[tuple[int, str, int], ...]
    entry_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationFilter:
    """Criteria for reservations; an empty field matches all. `until` is exclusive."""

    status: str = ""
    since: datetime | None = None
    until: datetime | None = None
    dimensions: Mapping[str, str] = field(default_factory=dict)


def find_reservation(organization: Organization, hold_id: UUID, **beside: Expression) -> ReservationRow:
    """Return a reservation of an organization in any status, in one statement that also joins the relations `beside`.

    Raises:
        HoldNotFound: the organization has no such reservation; a dispute's freeze is not a reservation.
    """
    for hold in _reservations(organization).filter(pk=hold_id).annotate(**beside):
        return _reservation_row(hold)
    raise HoldNotFound


def reservation_page(
    organization: Organization,
    wanted: ReservationFilter,
    *,
    limit: int,
    after: Position | None,
    now: datetime,
) -> list[ReservationRow]:
    """Return up to `limit` reservations after the position `after`, newest first, in one statement."""
    rows = _reservations(organization).filter(beyond(after))
    if wanted.since is not None:
        rows = rows.filter(created_at__gte=wanted.since)
    if wanted.until is not None:
        rows = rows.filter(created_at__lt=wanted.until)
    for name, value in wanted.dimensions.items():
        rows = rows.filter(**{f"dimensions__{name}": value})
    if wanted.status:
        rows = rows.filter(_has_status(wanted.status, now))
    return [_reservation_row(hold) for hold in rows.order_by("-created_at", "-pk")[:limit]]


def reservations_of_all(
    organization: Organization | None, statuses: Collection[str], *, limit: int, offset: int, now: datetime
) -> tuple[list[tuple[Organization, ReservationRow]], int]:
    """Return reservations of one organization or of all, newest first, and how many there are in all.

    `statuses` are those at this moment; empty returns all. The count reads every reservation that it counts.
    """
    rows = _reservations(organization)
    if statuses:
        rows = rows.filter(reduce(or_, [_has_status(status, now) for status in statuses]))
    found = [_reservation_row(hold) for hold in rows.order_by("-created_at", "-pk")[offset : offset + limit]]
    owners = Organization.objects.in_bulk({row.hold.book_id for row in found})
    return [(owners[row.hold.book_id], row) for row in found], rows.count()


def _has_status(status: str, now: datetime) -> Q:
    """The condition that a hold has a status at a moment; the same rule as `reservation_status`, in SQL."""
    ended = Q(expires_at__isnull=False, expires_at__lte=now)
    if status == Hold.Status.PENDING:
        return Q(status=Hold.Status.PENDING) & ~ended
    if status == Hold.Status.EXPIRED:
        return Q(status=Hold.Status.EXPIRED) | Q(ended, status=Hold.Status.PENDING)
    return Q(status=status)


def _wallet_account(organization: Organization) -> Subquery:
    code = code_of(organization.pk, Role.WALLET)
    return Subquery(Account.objects.filter(book=organization.pk, code=code).values("pk"))


def _reservations(organization: Organization | None) -> QuerySet[Hold]:
    """The holds that are reservations, of one organization's wallet or of all wallets."""
    book: Any = OuterRef("book") if organization is None else organization.pk
    wallet: Any = OuterRef("account") if organization is None else _wallet_account(organization)
    slices = HoldSlice.objects.filter(organization=book, hold=OuterRef("pk"))
    parts = JSONObject(id="grant_id", source="grant__source", micros="amount_micros")
    charged = Entry.objects.filter(
        account=wallet,
        transfer__book=book,
        transfer__cause_type=HOLD.name,
        transfer__cause_id=Cast(OuterRef("pk"), CharField()),
    )
    holds = Hold.objects.all()
    if organization is None:
        holds = holds.filter(account__in=Wallet.objects.values("account"))
    else:
        holds = holds.filter(account=wallet)
    rows = holds.exclude(Exists(slices.filter(is_freeze=True)))
    return rows.annotate(
        backing=ArraySubquery(slices.order_by("pk").values_list(parts)), entry_id=Subquery(charged.values("pk")[:1])
    )


def _reservation_row(hold: Any) -> ReservationRow:
    backing = tuple((each["id"], each["source"], each["micros"]) for each in hold.backing)
    return ReservationRow(hold, backing, hold.entry_id)


def exhausted_since(organization: Organization) -> datetime | None:
    """Return the time since which the wallet's balance has been zero or less; None if it is positive."""
    entries = Entry.objects.filter(account=_wallet_account(organization))
    positive = entries.filter(balance_after_micros__gt=0).order_by("-account_version").values("account_version")[:1]
    after = entries.filter(account_version__gt=Coalesce(Subquery(positive), 0)).order_by("account_version")
    return after.values_list("recorded_at", flat=True).first()
