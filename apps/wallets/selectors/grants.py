"""Credit that was given, and what it paid for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from apps.common.prepared import PreparedRows
from apps.ledger.keys import beside
from apps.ledger.models import Transfer
from apps.tenants.models import Organization
from apps.wallets.keys import OVER
from apps.wallets.models import REVERSIBLE_BY_STAFF, Consumption, EntryType, Grant
from apps.wallets.selectors.figures import wallet_figures


def recent_grants(organization: Organization, limit: int) -> list[Grant]:
    """Return the newest grants, newest first."""
    return _NEWEST_GRANTS.rows(organization_id=organization.pk, limit=limit)


def _newest_grants(*, organization_id: UUID, limit: int) -> QuerySet[Grant]:
    return Grant.objects.filter(organization=organization_id).order_by("-granted_at", "-pk")[:limit]


_NEWEST_GRANTS = PreparedRows[Grant](_newest_grants, shaped_by=["limit"])


def overpaid_grant(organization: Organization, payment_key: str) -> Grant | None:
    """Return the credit that a payment of a postpaid organization left over, by the payment's key."""
    rows = Grant.objects.select_related("organization")
    return rows.filter(organization=organization, key=beside(payment_key, OVER)).first()


def overpaid_micros(organization: Organization) -> int:
    """Return what is left of the money that was paid beyond what was owed, in micros."""
    overpaid = Grant.objects.filter(
        organization=organization, source=Grant.Source.ADJUSTMENT, is_paid=True, remaining_micros__gt=0
    )
    return int(overpaid.aggregate(total=Coalesce(Sum("remaining_micros"), 0))["total"])


@dataclass(frozen=True, slots=True)
class Upcoming:
    """Credit that does not count yet, in micros, and when the first of it begins to."""

    amount_micros: int
    starts_at: datetime


def upcoming_credit(organization: Organization, now: datetime) -> Upcoming | None:
    """Return what of an organization's credit has not begun, None where there is no such credit."""
    rows = Grant.objects.filter(organization=organization, starts_at__gt=now, remaining_micros__gt=0)
    found = rows.aggregate(total=Sum("remaining_micros"), first=Min("starts_at"))
    return Upcoming(int(found["total"]), found["first"]) if found["total"] else None


def returned_micros(grant: Grant) -> int:
    """Return how much of what a grant brought in went back already, by refunds and disputes that stand, in micros."""
    return Grant.objects.values_list("returned_micros", flat=True).get(pk=grant.pk)


def deductible_micros(organization: Organization, now: datetime) -> int:
    """Return how much credit can be taken away by hand, in micros: unspent, held by no reservation, and available.

    A postpaid limit is no credit, so that nothing of it can be taken.
    """
    unexpired = Q(expires_at=None) | Q(expires_at__gt=now)
    grants = Grant.objects.filter(unexpired, organization=organization)
    free = grants.aggregate(free=Sum(F("remaining_micros") - F("held_micros")))["free"] or 0
    return max(0, min(free, wallet_figures(organization, now).available_micros)) if free else 0


def spent_on(grant: Grant, limit: int) -> list[Consumption]:
    """Return the newest transfers that a grant paid for."""
    return list(grant.consumptions.select_related("transfer").order_by("-pk")[:limit])


def funded_by(transfer_id: int) -> list[Consumption]:
    """Return which grants paid for a transfer, in the order they were burnt."""
    return list(Consumption.objects.filter(transfer_id=transfer_id).select_related("grant").order_by("pk"))


def why_not_reversible(transfer: Transfer, grant: Grant | None) -> str:
    """Return the rule by which staff may not reverse a transfer, or take back the grant it made; empty if they may."""
    if grant is not None and grant.paid_micros:
        return "It was paid for: refund it instead"
    roles = (transfer.source.code.rpartition(":")[2], transfer.destination.code.rpartition(":")[2])
    if (transfer.kind, *roles) in REVERSIBLE_BY_STAFF:
        return ""
    if transfer.kind == EntryType.REVERSAL:
        return "It is a reversal itself"
    return f"Staff do not reverse {transfer.kind} from {roles[0]} to {roles[1]}: what posted it keeps its own account"
