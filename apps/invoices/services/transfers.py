"""Post events of documents and money in one write of the customer's book."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.common.causes import Cause
from apps.invoices.models import Document
from apps.invoices.postings import Move, TaxTerms
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.models import BookingKind
from apps.wallets.services.movements import post_together, transfer_movement


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event that moves money, once per key, effective at a time; None means when it is posted."""

    key: str
    moves: Sequence[Move]
    cause: Cause
    kind: BookingKind
    text: str
    created_by: str
    effective_at: datetime | None = None


def post_events(organization: Organization, events: Sequence[Event], *, now: datetime) -> dict[str, int]:
    """Post the events in order; return the ids of their transfers, by the event's key and the move's part."""
    movements = {
        f"{event.key}:{move.part}": transfer_movement(
            source=move.source,
            destination=move.destination,
            amount=move.amount,
            kind=event.kind,
            key=f"{event.key}:{move.part}",
            cause=event.cause,
            created_by=event.created_by,
            description=event.text,
            effective_at=event.effective_at,
        )
        for event in events
        for move in event.moves
    }
    if not movements:
        return {}
    return post_together(organization=organization, movements=movements, now=now)


def tax_terms(document: Document) -> TaxTerms:
    """Return when a document's tax becomes owed, as fixed at its finalization."""
    return TaxTerms(
        is_owed_when_paid=document.tax_point == "payment",
        has_relief=document.bad_debt_relief == "at_write_off",
        earned=Role.LATE_FEES if document.kind == Document.Kind.FEE else Role.REVENUE,
    )
