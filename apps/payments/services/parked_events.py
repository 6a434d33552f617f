"""Issues for parked events with money: on the customer, with the amount, until the event is handled."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from apps.common.money import from_minor_units, money_text
from apps.common.strict_json import Json, read_object
from apps.payments import issues
from apps.payments.errors import MalformedObject
from apps.payments.models import StripeCustomer, StripeEvent, StripeInvoice, StripePayment
from apps.payments.stripe_objects import readers
from apps.tenants.models import Organization

# The member with the amount that moved, by prefix of the event type; other types move no money.
SUMS = {
    "checkout.session.": "amount_total",
    "payment_intent.": "amount_received",
    "invoice.": "amount_paid",
    "invoice_payment.": "amount_paid",
    "charge.succeeded": "amount_captured",
    "charge.refunded": "amount_refunded",
    "charge.refund.": "amount",
    "charge.dispute.": "amount",
    "refund.": "amount",
}


@dataclass(frozen=True, slots=True)
class MovedMoney:
    """The money that an event reports, in micros, and the customer that it belongs to, if known."""

    organization: Organization | None
    amount_micros: int
    currency: str


def open_not_booked_issue(event: StripeEvent, *, now: datetime) -> None:
    """Open an issue on the customer for a parked event with money.

    Without a known customer it is only listed as parked. If the object cannot be read, no issue is opened; that may be
    the reason why it is parked.
    """
    if event.is_thin or event.account or event.livemode != settings.STRIPE_LIVEMODE:
        return
    moved = moved_by(event)
    if moved is None or moved.organization is None or not moved.amount_micros:
        return
    amount = money_text(moved.amount_micros, moved.currency)
    issues.open_issue(
        issues.Kind.NOT_BOOKED,
        organization=moved.organization,
        subject=event.event_id,
        detail=f"{event.type} over {amount} is parked and not in the books: {event.error}",
        sums=issues.IssueSums(actual_micros=moved.amount_micros, currency=moved.currency),
        now=now,
    )


def moved_by(event: StripeEvent) -> MovedMoney | None:
    """Return the amount that an event reports and its customer, if one is known; None if its object has no amount."""
    name = next((name for start, name in SUMS.items() if event.type.startswith(start)), None)
    if name is None:
        return None
    try:
        subject = readers.member(read_object(event.payload), "data", "object")
        currency = readers.currency(subject)
        micros = from_minor_units(readers.amount(subject, name, 0), currency)
        return MovedMoney(_organization_of(subject), micros, currency)
    except MalformedObject:
        return None


def close_not_booked_issue(event: StripeEvent, *, now: datetime) -> None:
    """Close the issue of an event that was handled or dismissed after all."""
    issues.close_issue(issues.Kind.NOT_BOOKED, subject=event.event_id, resolution="The event was handled", now=now)


def _organization_of(subject: Json) -> Organization | None:
    """Return the organization of an object, by its customer or else by the payment or invoice it names."""
    customer = readers.optional_id(subject, "customer")
    owner = StripeCustomer.objects.filter(stripe_id=customer).select_related("organization").first()
    if owner is not None:
        return owner.organization
    intent, charge = readers.optional_id(subject, "payment_intent"), readers.optional_id(subject, "charge")
    payments = StripePayment.objects.select_related("organization")
    payment = payments.filter(payment_intent_id=intent).first() if intent else None
    payment = payment or (payments.filter(charge_id=charge).first() if charge else None)
    if payment is not None:
        return payment.organization
    invoice = readers.optional_id(subject, "invoice")
    row = StripeInvoice.objects.filter(stripe_id=invoice).select_related("organization").first() if invoice else None
    return row.organization if row else None
