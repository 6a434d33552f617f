"""Reading what payments know."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Min

from apps.contracts.models import Contract
from apps.payments.models import InvoicePart, Mandate, PaymentLink, StripeCustomer, StripeEvent, StripeInvoice
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


def mandate_of(contract: Contract) -> Mandate | None:
    """Return what a contract's payer agreed to at checkout; None where nobody did."""
    return Mandate.objects.filter(contract=contract).first()


def inbox_lag(now: datetime) -> timedelta:
    """Return how long the oldest event that is neither applied nor parked has been waiting; zero when none waits."""
    waiting = StripeEvent.objects.filter(state=StripeEvent.State.RECEIVED)
    oldest: datetime | None = waiting.aggregate(oldest=Min("received_at"))["oldest"]
    return now - oldest if oldest else timedelta(0)


def open_postpaid_invoices(organization: Organization) -> list[StripeInvoice]:
    """Return the invoices at Stripe that still ask for what a postpaid organization owes, oldest first."""
    rows = StripeInvoice.objects.filter(organization=organization, purpose=StripeInvoice.Purpose.POSTPAID)
    return list(rows.filter(state=StripeInvoice.State.OPEN).order_by("pk"))
