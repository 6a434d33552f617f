"""Reading what payments know."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Min, Sum

from apps.contracts.models import Contract
from apps.payments.models import (
    CheckoutPart,
    CheckoutSession,
    InvoicePart,
    Mandate,
    PaymentLink,
    StripeCustomer,
    StripeEvent,
    StripeInvoice,
    StripePayment,
)
from apps.payments.shares import Shares
from apps.tenants.models import Organization


def stripe_customer_id(organization: Organization) -> str | None:
    """Return the id of the organization's customer at Stripe, None where there is none yet."""
    rows = StripeCustomer.objects.filter(organization=organization, livemode=settings.STRIPE_LIVEMODE, deleted_at=None)
    return rows.values_list("stripe_id", flat=True).first()


def where_to_pay(contract_id: UUID) -> dict[int, str]:
    """Return the addresses at which a contract's installments are paid, by installment: its link, else its invoice."""
    asked = InvoicePart.objects.filter(invoice__contract=contract_id, invoice__state=StripeInvoice.State.OPEN)
    invoices = asked.exclude(invoice__hosted_url="").order_by("pk").values_list("installment", "invoice__hosted_url")
    links = PaymentLink.objects.filter(installment__contract=contract_id, is_active=True)
    return {**dict(invoices), **dict(links.values_list("installment", "url"))}


def mandate_of(contract: Contract) -> Mandate | None:
    """Return what a contract's payer agreed to at checkout; None where nobody did."""
    return Mandate.objects.filter(contract=contract).first()


def counted_as_paid(contract: Contract) -> set[int]:
    """Return the installments of a contract that an invoice or a session asked for which counts as paid at Stripe."""
    invoiced = InvoicePart.objects.filter(invoice__contract=contract, invoice__state=StripeInvoice.State.PAID)
    visited = CheckoutPart.objects.filter(session__contract=contract, session__state=CheckoutSession.State.PAID)
    return {*invoiced.values_list("installment", flat=True), *visited.values_list("installment", flat=True)}


def inbox_lag(now: datetime) -> timedelta:
    """Return how long the oldest event that is neither applied nor parked has been waiting; zero when none waits."""
    waiting = StripeEvent.objects.filter(state=StripeEvent.State.RECEIVED)
    oldest: datetime | None = waiting.aggregate(oldest=Min("received_at"))["oldest"]
    return now - oldest if oldest else timedelta(0)


def open_postpaid_invoices(organization: Organization) -> list[StripeInvoice]:
    """Return the invoices at Stripe that still ask for what a postpaid organization owes, oldest first."""
    rows = StripeInvoice.objects.filter(organization=organization, purpose=StripeInvoice.Purpose.POSTPAID)
    return list(rows.filter(state=StripeInvoice.State.OPEN).order_by("pk"))


def returned_of(payment: StripePayment) -> Shares:
    """Return what of a payment refunds that stand and lost disputes have taken."""
    sums = payment.returns.filter(undone_at=None).aggregate(
        taken=Sum("amount_micros"), tax=Sum("tax_micros"), unapplied=Sum("unapplied_micros")
    )
    taken, tax, unapplied = (sums[name] or 0 for name in ("taken", "tax", "unapplied"))
    return Shares(unapplied_micros=unapplied, tax_micros=tax, net_micros=taken - tax - unapplied)


def unapplied_left(payment: StripePayment) -> int:
    """Return what of a payment lies on the unapplied account, in micros."""
    return payment.whole.minus(returned_of(payment)).unapplied_micros
