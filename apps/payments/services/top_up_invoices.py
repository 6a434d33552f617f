"""Keep the invoices of bought credit equal to what its payment brought, less what refunds and disputes took back."""

from datetime import datetime
from typing import Any

from django.db.models import Sum

from apps.billing_profiles.tax_choice import TaxChoice
from apps.common.languages import say
from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.invoices import services as invoices
from apps.invoices.balances import NetAndTax
from apps.invoices.models import Document
from apps.invoices.paper_words import PAYMENT_RETURNED
from apps.outbox.services import enqueue, message
from apps.payments.models import StripePayment, TopUpInvoice
from apps.payments.references import ObjectKind, row_id
from apps.payments.selectors import returned_of, taxed_credit_of
from apps.payments.services.tax_calculations import credit_reference
from apps.top_ups.models import TaxedCredit
from apps.wallets.accounts import Role
from apps.wallets.models import Grant
from apps.wallets.selectors import restored_by

INVOICE_TOP_UP = "payments.invoice_top_up"
INVOICER = "system:invoice_top_ups"


def invoice_message(payment: StripePayment, taxed: TaxedCredit, *, now: datetime) -> list[dict[str, Any]]:
    """Return the outbox message that invoices bought credit; none if no tax is shown on it."""
    if not taxed.tax_category:
        return []
    return [message(INVOICE_TOP_UP, now=now, key=_key(payment, "paid"), arguments={"payment_id": payment.pk})]


def follow_returns(payment: StripePayment, event: str, *, now: datetime) -> None:
    """Queue the adjustment of the invoice of bought credit after an event took back or gave back a part of it."""
    if payment.grant is not None and payment.grant.source == Grant.Source.TOP_UP:
        enqueue(INVOICE_TOP_UP, now=now, key=_key(payment, event), arguments={"payment_id": payment.pk})


@serialized
def invoice_top_up(*, payment_id: int, now: datetime) -> Document | None:
    """Make an invoice or credit note if a payment's documents differ from what is kept of it; return it, or None.

    Raises:
        ProfileIncomplete: the customer or its seller lacks what an invoice needs.
    """
    rows = StripePayment.objects.select_for_update(no_key=True, of=("self",))
    payment = rows.select_related("organization", "grant", "checkout").get(pk=payment_id)
    taxed = taxed_credit_of(payment)
    if payment.grant is None or taxed is None or not taxed.tax_category:
        return None
    documents = [each.document for each in payment.top_up_invoices.select_related("document").order_by("pk")]
    kept, shown = _kept(payment), _shown(documents)
    if kept.net > shown.net:
        return _invoice(payment, taxed, kept.minus(shown), is_first=not documents, now=now)
    if kept.net < shown.net:
        return _credit(payment, documents, shown.minus(kept), now)
    return None


def _key(payment: StripePayment, event: str) -> str:
    return f"invoice-top-up:{payment.pk}:{event}"


def _asked_as(payment: StripePayment) -> str:
    """Return the reference of Stripe's calculation of the tax on a payment's credit; empty if there can be none."""
    attempt_id = row_id(payment.key, ObjectKind.TOP_UP_ATTEMPT)
    if attempt_id is not None:
        return credit_reference(attempt_id)
    return credit_reference(payment.checkout.request_key) if payment.checkout is not None else ""


def _kept(payment: StripePayment) -> NetAndTax:
    whole, back = payment.whole, returned_of(payment)
    return NetAndTax(
        Micros(whole.net_micros - back.net_micros),
        Micros(whole.tax_micros - back.tax_micros),
    )


def _shown(documents: list[Document]) -> NetAndTax:
    """Return the total of invoices, less their credit notes."""
    shown = NetAndTax()
    for each in documents:
        shown = shown.plus(NetAndTax(Micros(each.net_micros), Micros(each.tax_micros)))
    notes = Document.objects.filter(credited__in=documents).exclude(number="")
    noted = notes.aggregate(net=Sum("net_micros", default=0), tax=Sum("tax_micros", default=0))
    return shown.minus(NetAndTax(Micros(noted["net"]), Micros(noted["tax"])))


def _invoice(payment: StripePayment, taxed: TaxedCredit, paid: NetAndTax, *, is_first: bool, now: datetime) -> Document:
    assert payment.grant is not None, "the payment brought credit"
    bought = invoices.BoughtCredit(
        organization=payment.organization,
        paid=paid,
        tax=TaxChoice(taxed.tax_category, taxed.tax_rate, taxed.tax_reason, taxed.tax_vatex_code, taxed.tax_rule),
        transfer_id=payment.grant.transfer_id if is_first else restored_by(payment.grant),
        reference=str(payment),
        paid_at=(is_first and payment.settled_at) or now,
        asked_as=_asked_as(payment) if is_first else "",
    )
    document = invoices.invoice_bought_credit(bought, now=now)
    TopUpInvoice.objects.create(organization_id=payment.organization_id, payment=payment, document=document)
    return document


def _credit(payment: StripePayment, documents: list[Document], back: NetAndTax, now: datetime) -> Document | None:
    """Credit an amount that went back, on the newest invoices first; return the last credit note."""
    newest = payment.returns.filter(undone_at=None).order_by("-pk").first()
    destination = Role.DISPUTES if newest is not None and newest.dispute_id else Role.CASH
    note = None
    for document in reversed(documents):
        left = _shown([document])
        part = NetAndTax(Micros(min(left.net, back.net)), Micros(min(left.tax, back.tax)))
        if part.net:
            back = back.minus(part)
            note = invoices.credit_bought_credit(
                document_id=document.pk,
                back=part,
                destination=destination,
                reason=say(document.language, PAYMENT_RETURNED),
                created_by=INVOICER,
                now=now,
            )
    return note
