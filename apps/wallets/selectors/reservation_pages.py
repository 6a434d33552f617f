"""Reservations as their API shows them: one, or a page, with the grants that backed them and what charged them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce, JSONObject

from apps.ledger.causes import HOLD
from apps.ledger.errors import HoldNotFound
from apps.ledger.models import Account, Entry, Hold
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of
from apps.wallets.models import HoldSlice

RESERVATION_STATUSES = tuple(Hold.Status.values)


@dataclass(frozen=True, slots=True)
class ReservationRow:
    """A reservation, the grants that backed it as (id, source, micros), and the entry that charged it."""

    hold: Hold
    backing: tuple[tuple[int, str, int], ...]
    entry_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationFilter:
    """Which reservations: any where a field is empty. `until` is the first moment that does not belong."""

    status: str = ""
    since: datetime | None = None
    until: datetime | None = None
    dimensions: Mapping[str, str] = field(default_factory=dict)


def find_reservation(organization: Organization, hold_id: UUID) -> ReservationRow:
    """Return a reservation of an organization, whatever has become of it, in one statement.

    Raises:
        HoldNotFound: it has no such reservation; what a dispute froze is none.
    """
    for hold in _reservations(organization).filter(pk=hold_id):
        return _reservation_row(hold)
    raise HoldNotFound


def reservation_page(
    organization: Organization,
    wanted: ReservationFilter,
    *,
    limit: int,
    after: tuple[datetime, UUID] | None,
    now: datetime,
) -> list[ReservationRow]:
    """Return reservations, newest first, from behind a position on, in one statement."""
    rows = _reservations(organization)
    if wanted.since is not None:
        rows = rows.filter(created_at__gte=wanted.since)
    if wanted.until is not None:
        rows = rows.filter(created_at__lt=wanted.until)
    if after is not None:
        rows = rows.filter(Q(created_at__lt=after[0]) | Q(created_at=after[0], pk__lt=after[1]))
    for name, value in wanted.dimensions.items():
        rows = rows.filter(**{f"metadata__dimensions__{name}": value})
    ended = Q(expires_at__isnull=False, expires_at__lte=now)
    if wanted.status == Hold.Status.PENDING:
        rows = rows.filter(status=Hold.Status.PENDING).exclude(ended)
    elif wanted.status == Hold.Status.EXPIRED:
        rows = rows.filter(Q(status=Hold.Status.EXPIRED) | Q(ended, status=Hold.Status.PENDING))
    elif wanted.status:
        rows = rows.filter(status=wanted.status)
    return [_reservation_row(hold) for hold in rows.order_by("-created_at", "-pk")[:limit]]


def _wallet_account(organization: Organization) -> Subquery:
    code = code_of(organization.pk, Role.WALLET)
    return Subquery(Account.objects.filter(book=organization.pk, code=code).values("pk"))


def _reservations(organization: Organization) -> QuerySet[Hold]:
    slices = HoldSlice.objects.filter(organization=organization.pk, hold=OuterRef("pk"))
    parts = JSONObject(id="grant_id", source="grant__source", micros="amount_micros")
    wallet = _wallet_account(organization)
    charged = Entry.objects.filter(
        account=wallet,
        transfer__book=organization.pk,
        transfer__cause_type=HOLD.name,
        transfer__cause_id=Cast(OuterRef("pk"), CharField()),
    )
    rows = Hold.objects.filter(account=wallet).exclude(Exists(slices.filter(is_freeze=True)))
    return rows.annotate(
        backing=ArraySubquery(slices.order_by("pk").values_list(parts)), entry_id=Subquery(charged.values("pk")[:1])
    )


def _reservation_row(hold: Any) -> ReservationRow:
    backing = tuple((each["id"], each["source"], each["micros"]) for each in hold.backing)
    return ReservationRow(hold, backing, hold.entry_id)


def exhausted_since(organization: Organization) -> datetime | None:
    """Return since when the wallet's balance has been zero or less; None where it is more."""
    entries = Entry.objects.filter(account=_wallet_account(organization))
    positive = entries.filter(balance_after_micros__gt=0).order_by("-account_version").values("account_version")[:1]
    after = entries.filter(account_version__gt=Coalesce(Subquery(positive), 0)).order_by("account_version")
    return after.values_list("recorded_at", flat=True).first()
