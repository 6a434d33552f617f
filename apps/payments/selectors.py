"""Reading what payments know."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Min

from apps.payments.models import PaymentIssue, StripeCustomer, StripeEvent
from apps.tenants.models import Organization


def stripe_customer_id(organization: Organization) -> str | None:
    """Return the id of the organization's customer at Stripe, None where there is none yet."""
    rows = StripeCustomer.objects.filter(organization=organization, livemode=settings.STRIPE_LIVEMODE, deleted_at=None)
    return rows.values_list("stripe_id", flat=True).first()


@dataclass(frozen=True, slots=True)
class InboxFigures:
    """What waits in the inbox, since when, and what waits for staff."""

    waiting: int
    oldest_waiting_at: datetime | None
    parked: int
    open_issues: int


def inbox_figures() -> InboxFigures:
    """Return what staff have to know of the inbox at a glance."""
    waiting = StripeEvent.objects.filter(state=StripeEvent.State.RECEIVED)
    return InboxFigures(
        waiting=waiting.count(),
        oldest_waiting_at=waiting.aggregate(oldest=Min("received_at"))["oldest"],
        parked=StripeEvent.objects.filter(state=StripeEvent.State.PARKED).count(),
        open_issues=PaymentIssue.objects.filter(resolved_at=None).count(),
    )
