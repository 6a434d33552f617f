"""Unapplied money: received without a matching claim. An issue is open while it is on the unapplied account."""

from datetime import datetime

from apps.common.money import money_text
from apps.payments import issues
from apps.payments.errors import EventParked
from apps.payments.models import StripePayment
from apps.payments.selectors import unapplied_left
from apps.tenants.models import Organization

Kind = issues.Kind


class Misfit(EventParked):
    """The object contradicts our row, so the row stays unchanged; its money is still booked, as unapplied."""

    def __init__(self, reason: str, organization: Organization) -> None:
        self.organization = organization
        super().__init__(reason)


def show_unapplied(payment: StripePayment, *, now: datetime) -> None:
    """Open an issue while money of a payment is unapplied, with the reason; close it once it was used or returned."""
    if not payment.unapplied_micros:
        return
    left = unapplied_left(payment)
    if not left:
        issues.close_issue(Kind.UNAPPLIED, subject=payment.key, resolution="It was used or returned", now=now)
        return
    issues.open_issue(
        Kind.UNAPPLIED,
        organization=payment.organization,
        subject=payment.key,
        detail=(f"{money_text(left, payment.currency)} of payment {payment} is unapplied. {payment.unapplied_reason}."),
        actual_micros=left,
        currency=payment.currency,
        now=now,
    )
