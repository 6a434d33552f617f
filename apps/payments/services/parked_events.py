"""Issues for parked events with money: on the customer, with the amount, until the event is handled."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from apps.common.money import Micros, from_minor_units, money_text
from apps.common.strict_json import Json, read_object
from apps.payments import issues
from apps.payments.models import StripeEvent
from apps.payments.services.owners import owner_of
from apps.payments.stripe_objects import lenient
from apps.tenants.models import Organization

# The member with the amount that moved, by prefix of the event type, and what its absence means; other types move no
# money. A refund or dispute without an amount is malformed.
SUMS: dict[str, tuple[str, int | None]] = {
    "checkout.session.": ("amount_total", 0),
    "payment_intent.": ("amount_received", 0),
    "invoice.": ("amount_paid", 0),
    "invoice_payment.": ("amount_paid", 0),
    "charge.succeeded": ("amount_captured", 0),
    "charge.refunded": ("amount_refunded", 0),
    "charge.refund.": ("amount", None),
    "charge.dispute.": ("amount", None),
    "refund.": ("amount", None),
    "credit_note.": ("amount", None),
}
LARGEST_STORED = 2**63 - 1


@dataclass(frozen=True, slots=True)
class MovedMoney:
    """The money that an event reports, in micros, and the customer that it belongs to, if known.

    `amount_micros` is None if it cannot be read. A currency that cannot be read is taken to be the customer's.
    """

    organization: Organization | None
    amount_micros: Micros | None
    currency: str

    def __str__(self) -> str:
        if self.amount_micros is None:
            return "an amount that cannot be read"
        return money_text(self.amount_micros, self.currency)


def open_not_booked_issue(event: StripeEvent, *, now: datetime) -> None:
    """Open an issue on the customer for a parked event about money, whatever shape its object has.

    Without a known customer it is only listed as parked.
    """
    if event.is_thin or event.account or event.livemode != settings.STRIPE_LIVEMODE:
        return
    moved = moved_by(event)
    if moved is None or moved.organization is None or moved.amount_micros == 0:
        return
    issues.open_issue(
        issues.Kind.NOT_BOOKED,
        organization=moved.organization,
        subject=event.event_id,
        detail=f"{event.type} over {moved} is parked and not in the books: {event.error}",
        sums=issues.IssueSums(actual_micros=moved.amount_micros, currency=moved.currency),
        now=now,
    )


def moved_by(event: StripeEvent) -> MovedMoney | None:
    """Return the amount that an event reports and its customer, if one is known; None if its type moves no money."""
    member = next((member for start, member in SUMS.items() if event.type.startswith(start)), None)
    if member is None:
        return None
    subject = lenient.member(read_object(event.payload), "data", "object")
    organization = owner_of(subject)
    currency = lenient.currency(subject) or (organization.currency if organization is not None else "")
    return MovedMoney(organization, _micros(subject, *member, currency), currency)


def _micros(subject: Json, name: str, default: int | None, currency: str) -> Micros | None:
    amount = lenient.amount(subject, name, default)
    if amount is None or not currency:
        return None
    micros = from_minor_units(amount, currency)
    return micros if micros <= LARGEST_STORED else None


def close_not_booked_issue(event: StripeEvent, *, now: datetime) -> None:
    """Close the issue of an event that was handled or dismissed after all."""
    issues.close_issue(issues.Kind.NOT_BOOKED, subject=event.event_id, resolution="The event was handled", now=now)
