"""Money that nothing here asks for: it lies on the unapplied account, and staff are told how much while it does."""

from datetime import datetime

from apps.common.money import decimal_text
from apps.payments import issues
from apps.payments.errors import EventParked
from apps.payments.models import StripePayment
from apps.payments.selectors import unapplied_left
from apps.tenants.models import Organization

Kind = issues.Kind


class Misfit(EventParked):
    """It disagrees with our row, so it changes nothing of it. Money that it tells of is kept unapplied all the same."""

    def __init__(self, reason: str, organization: Organization) -> None:
        self.organization = organization
        super().__init__(reason)


def show_unapplied(payment: StripePayment, *, now: datetime) -> None:
    """Tell staff what of a payment lies unapplied, and why, until it was used or went back."""
    if not payment.unapplied_micros:
        return
    left = unapplied_left(payment)
    if not left:
        issues.close_issue(Kind.UNAPPLIED, subject=payment.key, resolution="It was used or went back", now=now)
        return
    issues.open_issue(
        Kind.UNAPPLIED,
        organization=payment.organization,
        subject=payment.key,
        detail=(
            f"{decimal_text(left)} {payment.currency} of payment {payment} pay for nothing here. "
            f"{payment.unapplied_reason}."
        ),
        actual_micros=left,
        currency=payment.currency,
        now=now,
    )
