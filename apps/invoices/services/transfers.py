"""Post the transfers of document and money events in one write of the customer's book."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.common.causes import Cause
from apps.common.money import Micros
from apps.common.row_changes import RowChanges
from apps.common.rows import RowWriter
from apps.invoices.models import Document
from apps.invoices.models.documents import OUTSTANDING
from apps.invoices.postings import PlannedTransfer, Terms
from apps.outbox.services import add_messages, message
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.bookings import Booking
from apps.wallets.models import BookingKind
from apps.wallets.services.movements import post_together, transfer_movement


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event that moves money, once per key, effective at a time; None means when it is posted."""

    key: str
    moves: Sequence[PlannedTransfer]
    cause: Cause
    kind: BookingKind
    text: str
    created_by: str
    effective_at: datetime | None = None


def post_events(organization: Organization, events: Sequence[Event], *, now: datetime) -> dict[str, int]:
    """Post the events in order; return the ids of their transfers, by the event's key and the move's part."""
    movements = {
        f"{event.key}:{move.part}": transfer_movement(
            Booking(
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
        )
        for event in events
        for move in event.moves
    }
    if not movements:
        return {}
    return post_together(organization=organization, movements=movements, now=now)


def terms_of(document: Document) -> Terms:
    """Return the accounts of a document's net and tax, and when its tax becomes payable, as fixed at finalization."""
    is_usage = document.kind == Document.Kind.USAGE
    is_tax_inside = document.is_of_month and document.prices_include_tax
    return Terms(
        is_owed_when_paid=document.tax_point == "payment" and not document.is_paid_with_credit,
        has_relief=document.bad_debt_relief == "at_write_off",
        net_claim=Role.RECEIVABLE if is_usage else Role.INVOICED,
        tax_claim=Role.RECEIVABLE if is_tax_inside else Role.INVOICED,
        tax_source=Role.REVENUE if is_tax_inside else Role.INVOICED,
        earned=_earned(document),
        lost=Role.BILLED if document.is_earned_later else Role.WRITE_OFFS,
    )


def _earned(document: Document) -> Role:
    if document.is_earned_later:
        return Role.BILLED
    return Role.LATE_FEES if document.kind == Document.Kind.FEE else Role.REVENUE


def earned_by(document: Document) -> Micros:
    """Return what finalizing a document earns: its net, or what staff added to an invoice for usage."""
    return Micros(document.given_micros if document.is_of_month else document.net_micros)


def collection_messages(document: Document, *, now: datetime) -> list[dict[str, Any]]:
    """Return the outbox messages that have Stripe collect what is left to pay on an invoice, and nothing more.

    If nothing is, dunning ends, too.
    """
    change = f"{document.pk}:{document.version}:{now.isoformat()}"
    about = {"document_id": str(document.pk)}
    found = [message("payments.arrange_document", now=now, key=f"arrange-document:{change}", arguments=about)]
    was_due = document.due_date is not None and document.due_date <= now.date()
    if was_due and document.state not in OUTSTANDING:
        found.append(message("dunning.follow_invoice", now=now, key=f"follow-invoice:{change}", arguments=about))
    return found


def request_collection(document: Document, *, now: datetime) -> None:
    """Enqueue the `collection_messages` of an invoice."""
    add_messages(collection_messages(document, now=now))


def write_rows(changes: RowChanges, messages: Sequence[dict[str, Any]] = ()) -> None:
    """Write changed rows in one statement, and outbox messages in another."""
    writer = RowWriter()
    changes.add_to(writer)
    writer.run()
    if messages:
        add_messages(messages)
