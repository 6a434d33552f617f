"""Reading what payments know."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Min

from apps.payments.models import InvoicePart, PaymentIssue, PaymentLink, StripeCustomer, StripeEvent, StripeInvoice
from apps.tenants.models import Organization


def stripe_customer_id(organization: Organization) -> str | None:
    """Return the id of the organization's customer at Stripe, None where there is none yet."""
    rows = StripeCustomer.objects.filter(organization=organization, livemode=settings.STRIPE_LIVEMODE, deleted_at=None)
    return rows.values_list("stripe_id", flat=True).first()


def where_to_pay(contract_id: UUID) -> dict[int, str]:
    """Return the addresses at which a contract's instalments are paid, by instalment: its link, else its invoice."""
    asked = InvoicePart.objects.filter(invoice__contract=contract_id, invoice__state=StripeInvoice.State.OPEN)
    invoices = asked.exclude(invoice__hosted_url="").order_by("pk").values_list("installment", "invoice__hosted_url")
    links = PaymentLink.objects.filter(installment__contract=contract_id, is_active=True)
    return {**dict(invoices), **dict(links.values_list("installment", "url"))}


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
