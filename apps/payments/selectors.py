"""Queries on payments, their invoices and sessions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Min, Q, Sum

from apps.billing_profiles.selectors import missing_for_invoices
from apps.contracts import selectors as contract_selectors
from apps.contracts.models import Contract, Installment, InstallmentRefund
from apps.invoices.models import Document
from apps.payments.collection import Collection, OpenInstallment, split_schedule
from apps.payments.models import (
    CheckoutPart,
    CheckoutSession,
    Dispute,
    InvoicePart,
    Mandate,
    PaymentLink,
    PaymentPart,
    PaymentReturn,
    Refund,
    StripeCustomer,
    StripeEvent,
    StripeInvoice,
    StripePayment,
)
from apps.payments.references import ObjectKind, row_id
from apps.payments.shares import Shares
from apps.tenants.models import Organization
from apps.top_ups.models import TaxedCredit, TopUpAttempt


def taxed_credit_of(payment: StripePayment) -> TaxedCredit | None:
    """Return the checkout session or top-up attempt of a payment for credit; it has the tax on top of the credit."""
    attempt_id = row_id(payment.key, ObjectKind.TOP_UP_ATTEMPT)
    return payment.checkout if attempt_id is None else TopUpAttempt.objects.filter(pk=attempt_id).first()


def is_untaxed_credit(payment: StripePayment) -> bool:
    """Return whether a payment bought credit without showing a tax, so that no invoice is made for it."""
    taxed = taxed_credit_of(payment) if payment.grant_id is not None else None
    return taxed is not None and not taxed.tax_category


def stripe_customer_id(organization: Organization) -> str | None:
    """Return the id of the organization's customer at Stripe, or None if there is none yet."""
    rows = StripeCustomer.objects.filter(organization=organization, livemode=settings.STRIPE_LIVEMODE, deleted_at=None)
    return rows.values_list("stripe_id", flat=True).first()


def where_to_pay(contract_id: UUID) -> dict[int, str]:
    """Return the payment page of each installment of a contract, by installment id: its link, else its invoice."""
    asked = InvoicePart.objects.filter(invoice__contract=contract_id, invoice__state=StripeInvoice.State.OPEN)
    invoices = asked.exclude(invoice__hosted_url="").order_by("pk").values_list("installment", "invoice__hosted_url")
    ours = StripeInvoice.objects.filter(document__installment__contract=contract_id, state=StripeInvoice.State.OPEN)
    documents = ours.exclude(hosted_url="").order_by("pk").values_list("document__installment", "hosted_url")
    links = PaymentLink.objects.filter(installment__contract=contract_id, is_active=True)
    return {**dict(invoices), **dict(documents), **dict(links.values_list("installment", "url"))}


def mandate_of(contract: Contract) -> Mandate | None:
    """Return the mandate given at a contract's checkout, or None if there is none."""
    return Mandate.objects.filter(contract=contract).first()


def counted_as_paid(contract: Contract) -> set[int]:
    """Return the ids of a contract's installments whose invoice or session counts as paid at Stripe.

    An invoice whose rest we recorded there as paid out of band does not count: that rest is collected by another one.
    """
    invoiced = InvoicePart.objects.filter(
        invoice__contract=contract, invoice__state=StripeInvoice.State.PAID, invoice__settled_here_micros=0
    )
    visited = CheckoutPart.objects.filter(session__contract=contract, session__state=CheckoutSession.State.PAID)
    return {*invoiced.values_list("installment", flat=True), *visited.values_list("installment", flat=True)}


def owed_rows(contract: Contract) -> list[OpenInstallment]:
    """Return the installments to collect, by due date, one-time amounts first.

    Payments in progress are excluded, and so are underpaid installments that Stripe counts as paid: staff decide on
    those.
    """
    rows = contract_selectors.current_schedule(contract)
    decided_by_staff = counted_as_paid(contract)
    to_pay = [
        row
        for row in rows
        if row.is_open and row.state != Installment.State.PROCESSING and row.pk not in decided_by_staff
    ]
    return [OpenInstallment(row.pk, row.due_date, row.remaining_micros) for row in to_pay if row.remaining_micros]


def collection_for(contract: Contract, now: datetime) -> Collection:
    """Split a contract's schedule into what is paid at checkout now and what is charged later.

    If our own invoices charge the installments, checkout only saves the payment method.
    """
    rows = owed_rows(contract)
    if is_invoiced(contract):
        return Collection((), tuple(rows), contract.auto_renew)
    return split_schedule(rows, today=now.astimezone(UTC).date(), renews=contract.auto_renew)


def payment_pages(documents: Iterable[Document]) -> dict[UUID, str]:
    """Return the page at Stripe where each invoice of ours can be paid, by the invoice's id."""
    open_ones = StripeInvoice.objects.filter(
        document__in=[each.pk for each in documents], state=StripeInvoice.State.OPEN
    )
    found = open_ones.exclude(hosted_url="").order_by("pk").values_list("document", "hosted_url")
    return {document_id: url for document_id, url in found if document_id is not None}


def is_invoiced(contract: Contract) -> bool:
    """Return whether a contract's installments are charged by our own invoices: whether the customer's profile is
    complete.
    """
    return not missing_for_invoices(contract.organization_id)


def inbox_lag(now: datetime) -> timedelta:
    """Return how long the oldest pending event (neither applied nor parked) has waited; zero if none is pending."""
    waiting = StripeEvent.objects.filter(state=StripeEvent.State.RECEIVED)
    oldest: datetime | None = waiting.aggregate(oldest=Min("received_at"))["oldest"]
    return now - oldest if oldest else timedelta(0)


def returned_of(payment: StripePayment) -> Shares:
    """Return how much of a payment was returned by refunds in force and lost disputes."""
    sums = payment.returns.filter(undone_at=None).aggregate(
        taken=Sum("amount_micros"), tax=Sum("tax_micros"), unapplied=Sum("unapplied_micros")
    )
    taken, tax, unapplied = (sums[name] or 0 for name in ("taken", "tax", "unapplied"))
    return Shares(unapplied_micros=unapplied, tax_micros=tax, net_micros=taken - tax - unapplied)


def unapplied_left(payment: StripePayment) -> int:
    """Return how much of a payment is on the unapplied account, in micros."""
    return payment.whole.minus(returned_of(payment)).unapplied_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedShare:
    """The part of a refund or lost dispute that reverses one purpose of the payment, such as an installment or tax."""

    row: PaymentReturn
    label: str
    amount_micros: int
    installment: Installment | None = None

    @property
    def payment(self) -> StripePayment:
        """The payment it was taken from."""
        return self.row.payment


def returned_shares(returns: Iterable[PaymentReturn]) -> list[ReturnedShare]:
    """Split returns into shares, in order; the shares of a return add up to its amount."""
    returns = list(returns)
    parts = PaymentPart.objects.filter(payment__in={row.payment_id for row in returns}).order_by("-pk")
    parts_of: dict[int, list[PaymentPart]] = {}
    for part in parts:
        parts_of.setdefault(part.payment_id, []).append(part)
    keys = {_order_key(row, part) for row in returns for part in parts_of.get(row.payment_id, ())}
    refunds = InstallmentRefund.objects.filter(
        organization__in={row.organization_id for row in returns}, order_key__in=keys
    )
    taken: dict[str, list[InstallmentRefund]] = {}
    for refund in refunds.select_related("installment").order_by("pk"):
        taken.setdefault(refund.order_key, []).append(refund)
    return [
        share
        for row in returns
        for share in _shares_of(
            row, [each for part in parts_of.get(row.payment_id, ()) for each in taken.get(_order_key(row, part), ())]
        )
    ]


def _shares_of(row: PaymentReturn, refunds: Iterable[InstallmentRefund]) -> list[ReturnedShare]:
    shares = [
        ReturnedShare(row=row, label="Overpayment", amount_micros=row.unapplied_micros),
        ReturnedShare(row=row, label="Tax", amount_micros=row.tax_micros),
    ]
    for refund in refunds:
        label = f"{refund.installment}, overpayment" if refund.surplus_id else str(refund.installment)
        share = ReturnedShare(row=row, label=label, amount_micros=refund.amount_micros, installment=refund.installment)
        shares.append(share)
    rest = row.amount_micros - sum(share.amount_micros for share in shares)
    shares.append(ReturnedShare(row=row, label=_paid_for(row.payment), amount_micros=rest))
    return [share for share in shares if share.amount_micros]


def _paid_for(payment: StripePayment) -> str:
    """Label what a payment bought; for a contract, the rest is what its installments had refunded earlier elsewhere."""
    if payment.invoice is not None and payment.invoice.document is not None:
        return f"Invoice {payment.invoice.document}"
    return "Credit" if payment.grant_id is not None else "Installments already refunded: our loss"


def purpose_of(payment: StripePayment) -> str:
    """Name what a payment at Stripe is for in the customer's own words: an invoice, a contract or a top-up."""
    invoice, checkout = payment.invoice, payment.checkout
    if invoice is not None and invoice.document is not None:
        return f"Invoice {invoice.document}"
    contract = invoice.contract if invoice is not None else checkout.contract if checkout is not None else None
    if contract is not None:
        return f"Installment of {str(contract)[0].lower()}{str(contract)[1:]}"
    return checkout.get_purpose_display() if checkout is not None else "Payment at Stripe"


def _order_key(row: PaymentReturn, part: PaymentPart) -> str:
    """Return the order key of the installment refund that a refund or lost dispute made."""
    cause = f"refund:{row.refund.stripe_id}" if row.refund else f"dispute:{row.dispute}:lost"
    return f"{cause}:{part.payment_id}:{part.pk}"


def events_of(slug: str) -> Q:
    """Return the condition for Stripe's events about a customer's objects: payments, invoices, sessions and so on."""
    owner = Organization.objects.filter(slug=slug).values_list("pk", flat=True).first()
    if owner is None:
        return Q(pk=None)
    payments = StripePayment.objects.filter(organization=owner)
    named = [
        rows.filter(organization=owner).values("stripe_id")
        for rows in (StripeCustomer.objects, StripeInvoice.objects, CheckoutSession.objects, Refund.objects)
    ]
    disputes = Dispute.objects.filter(payment__organization=owner).values("stripe_id")
    condition = Q(object_id__in=disputes) | Q(object_id__in=payments.exclude(charge_id="").values("charge_id"))
    for ids in (*named, payments.exclude(payment_intent_id="").values("payment_intent_id")):
        condition |= Q(object_id__in=ids)
    return condition
