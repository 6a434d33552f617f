"""Reads of grants and their consumption."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from apps.common.causes import REGISTRY, Cause
from apps.common.queries import Query, moment
from apps.ledger.models import Transfer
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.burn_order import SpendableGrant
from apps.wallets.models import CHARGES, BookingKind, Consumption, EntryType, Grant, GrantReturn, Wallet
from apps.wallets.selectors.figures import wallet_figures


class RecentGrant(NamedTuple):
    """A grant in a list; amounts in micros."""

    pk: int
    source: str
    priority: int
    amount_micros: int
    remaining_micros: int
    description: str
    granted_at: datetime
    expires_at: datetime | None


def recent_grants_query(organization: Organization, limit: int) -> Query[list[RecentGrant]]:
    """Return the query for the newest grants, at most 100, newest first."""
    return Query("wallet_newest_grants(%s, %s)", (organization.pk, limit), _recent_grants)


def _recent_grants(rows: Sequence[Sequence[Any]] | None) -> list[RecentGrant]:
    return [
        RecentGrant._make([*plain, datetime.fromisoformat(granted), moment(expires)])
        for *plain, granted, expires in rows or ()
    ]


def granted_by(organization: Organization, cause: Cause) -> Grant | None:
    """Return the first grant that a cause made, such as the excess of a postpaid payment; None if there is none."""
    rows = Grant.objects.select_related("organization").filter(organization=organization)
    wanted = {"transfer__book": organization.pk, "transfer__cause_type": cause.type, "transfer__cause_id": cause.id}
    return rows.filter(**wanted).order_by("pk").first()


def overpaid_micros(organization: Organization) -> int:
    """Return the remaining credit from payments above the debt, in micros."""
    overpaid = Grant.objects.filter(
        organization=organization, source=Grant.Source.ADJUSTMENT, is_paid=True, is_open=True
    )
    return int(overpaid.aggregate(total=Coalesce(Sum("remaining_micros"), 0))["total"])


@dataclass(frozen=True, slots=True)
class UpcomingCredit:
    """Credit that has not started, in micros, and the earliest start."""

    amount_micros: int
    starts_at: datetime


def upcoming_credit(organization: Organization, now: datetime) -> UpcomingCredit | None:
    """Return an organization's credit that has not started; None if there is none."""
    rows = Grant.objects.filter(organization=organization, starts_at__gt=now, is_open=True)
    found = rows.aggregate(total=Sum("remaining_micros"), first=Min("starts_at"))
    return UpcomingCredit(int(found["total"]), found["first"]) if found["total"] else None


def free_credit(organization: Organization, now: datetime) -> list[SpendableGrant]:
    """Return the parts of an organization's valid grants that are neither spent nor held."""
    begun, unexpired = Q(starts_at=None) | Q(starts_at__lte=now), Q(expires_at=None) | Q(expires_at__gt=now)
    rows = Grant.objects.filter(
        begun, unexpired, organization=organization, is_open=True, remaining_micros__gt=F("held_micros")
    )
    return [
        SpendableGrant(
            row.pk, row.remaining_micros - row.held_micros, row.priority, row.expires_at, row.is_paid, row.granted_at
        )
        for row in rows
    ]


def returned_micros(grant: Grant) -> int:
    """Return how much of the money received for a grant went back by refunds and lost disputes, in micros."""
    return Grant.objects.values_list("returned_micros", flat=True).get(pk=grant.pk)


def is_sold_by_invoice(grant: Grant) -> bool:
    """Return whether an invoice sold the credit of a grant on account; a credit note of it takes the credit back."""
    return bool(grant.transfer.source.role == Role.BILLED)


# Where refunded credit goes if the money is sent by bank: with a value date by way of the installments account.
SENT_BY_BANK = (Role.MANUAL_RECEIPTS, Role.INSTALLMENTS)


def bank_refunds(grant: Grant) -> QuerySet[Transfer]:
    """Return the transfers that refunded a grant's money by bank and were not undone."""
    returns = GrantReturn.objects.filter(organization=grant.organization_id, grant=grant).values("transfer")
    undone = Transfer.objects.filter(book=grant.organization_id, reverses=OuterRef("pk"))
    sent = Transfer.objects.filter(book=grant.organization_id, pk__in=returns, destination__role__in=SENT_BY_BANK)
    return sent.exclude(Exists(undone)).order_by("pk")


def posted_with(transfer: Transfer) -> QuerySet[Transfer]:
    """Return the transfers that were posted for the cause of a transfer, the newest first."""
    cause = {"cause_type": transfer.cause_type, "cause_id": transfer.cause_id}
    return Transfer.objects.filter(book=transfer.book_id, reverses=None, **cause).order_by("-pk")


def restored_by(grant: Grant) -> int:
    """Return the id of the newest transfer that undid a refund of a grant's money."""
    returns = GrantReturn.objects.filter(grant=grant).values("transfer")
    undone = Transfer.objects.filter(book=grant.organization_id, reverses__in=returns).order_by("-pk")
    newest: int = undone.values_list("pk", flat=True)[0]
    return newest


def deductible_micros(organization: Organization, now: datetime) -> int:
    """Return how much credit staff can deduct, in micros: unspent, not held, and available.

    A postpaid limit is not credit, so none of it can be deducted.
    """
    unexpired = Q(expires_at=None) | Q(expires_at__gt=now)
    grants = Grant.objects.filter(unexpired, organization=organization)
    free = grants.aggregate(free=Sum(F("remaining_micros") - F("held_micros")))["free"] or 0
    return max(0, min(free, wallet_figures(organization, now).available_micros)) if free else 0


def spent_on(grant: Grant, limit: int) -> list[Consumption]:
    """Return the newest transfers that a grant paid for."""
    return list(grant.consumptions.select_related("transfer").order_by("-pk")[:limit])


def funded_by(transfer_id: int) -> list[Consumption]:
    """Return which grants paid for a transfer, in the order in which they were burned."""
    return list(Consumption.objects.filter(transfer_id=transfer_id).select_related("grant").order_by("pk"))


def why_not_reversible(transfer: Transfer, grant: Grant | None) -> str:
    """Return why staff may not reverse a transfer, or take back the grant it made; empty if they may."""
    if grant is not None and grant.paid_micros:
        return "It was paid for: refund it instead"
    if transfer.kind == EntryType.REVERSAL:
        return "It is a reversal itself"
    kind = REGISTRY.get(transfer.cause_type)
    if kind is None or not kind.staff_may_reverse:
        about = kind.label.lower() if kind else transfer.cause_type
        return f"It belongs to another record ({about}): undo it there"
    if transfer.kind not in REVERSIBLE_KINDS:
        return f"Staff cannot reverse a transfer of the kind {transfer.kind}"
    if grant is None and Wallet.objects.filter(account=transfer.destination_id).exists():
        return "It credited back an earlier charge: make a new charge instead"
    return kind.standing_against(transfer.cause_id)


# The kinds that staff may reverse for causes that allow it; refunds and expiries are not among them.
REVERSIBLE_KINDS = frozenset(
    [*CHARGES, EntryType.GRANT, EntryType.ADJUSTMENT, BookingKind.PAYMENT, BookingKind.WRITE_OFF]
)
