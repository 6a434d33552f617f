"""Cancel a contract at a date and refund what was paid for later days.

Payments of our invoices are returned by a credit note, as unapplied money; payments through Stripe are refunded there;
the rest is refunded by bank.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from apps.common.money import Micros, micros_per_minor_unit
from apps.common.transactions import serialized
from apps.contracts import services as contracts
from apps.contracts.cancellation import CancellationTerms, InstallmentCut
from apps.contracts.errors import InstallmentOnInvoice, NotPayable
from apps.contracts.models import Installment
from apps.contracts.portions import Portions
from apps.invoices import services as invoices
from apps.invoices.models import Document
from apps.payments.models import PaymentPart, Refund
from apps.payments.services.locks import lock_payments_of_contract
from apps.payments.services.refunds import RefundRequest, request_refund
from apps.wallets.accounts import Role

CREDITABLE = (Document.State.PAID, Document.State.PART_PAID)
WAITING = (Refund.State.REQUESTED, Refund.State.PENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPlan:
    """Amounts of an installment's credit and service to refund in one way: a credit note, through Stripe, or by bank.

    `total_micros` includes tax.
    """

    row: Installment
    portions: Portions
    total_micros: int
    document: Document | None = None
    part: PaymentPart | None = None

    @property
    def key(self) -> str:
        """Identifies it within the cancellation."""
        way = self.document or (self.part and self.part.payment)
        return f"{self.row.pk}:{way.pk if way else 'bank'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationOrder:
    """Who asks for a cancellation and why. `key` identifies it; its refunds add their own keys."""

    key: str
    reason: str
    created_by: str


def refund_plans(cuts: Iterable[InstallmentCut]) -> list[RefundPlan]:
    """Return how the paid part of a cancellation is refunded.

    Raises:
        InstallmentOnInvoice: an invoiced installment was also paid outside its invoice.
    """
    asked: dict[int, int] = {}
    found = []
    for cut in cuts:
        row, left = cut.row, cut.back
        for plan in _credit_notes(row, left) if row.is_invoiced else _stripe_refunds(row, left, asked):
            left = left.minus(plan.portions)
            found.append(plan)
        if left.total_micros and row.is_invoiced:
            raise InstallmentOnInvoice
        if left.total_micros:
            found.append(RefundPlan(row=row, portions=left, total_micros=left.total_micros))
    return found


@serialized
def cancel_contract_at(
    *, contract_id: UUID, seen_revision: int, terms: CancellationTerms, order: CancellationOrder, now: datetime
) -> None:
    """Cancel a contract from a day on; credit its invoices and refund what was paid for later days.

    Raises:
        ChangedMeanwhile, StateForbids, NotPayable: as `contracts.cancel_contract_at`. NotPayable: a refund of an
            earlier cancellation is in progress, too.
        InstallmentOnInvoice: as `refund_plans`.
    """
    lock_payments_of_contract(contract_id)
    _refuse_waiting(contract_id)
    cuts = contracts.cancel_contract_at(
        contract_id=contract_id,
        seen_revision=seen_revision,
        terms=terms,
        reason=order.reason,
        created_by=order.created_by,
        now=now,
    )
    invoices.follow_installments(contract_id=contract_id, now=now)
    for back in refund_plans(cuts):
        _refund(back, order, now)


def _refuse_waiting(contract_id: UUID) -> None:
    """Refuse to cancel a contract again before Stripe has made the refunds of its first cancellation."""
    if Refund.objects.filter(part__installment__contract=contract_id, state__in=WAITING).exists():
        raise NotPayable("A refund of an earlier cancellation is in progress; wait until it succeeds or fails.")


def _credit_notes(row: Installment, left: Portions) -> Iterator[RefundPlan]:
    """Yield what credit notes on an installment's invoices give back, line by line, the newest invoice first."""
    paid = row.invoices.filter(type=Document.Type.INVOICE, state__in=CREDITABLE)
    for document in paid.order_by("-finalized_at"):
        most = {product: micros for product, (_, micros) in invoices.left_of_products(document).items()}
        share = _within(left, most.get("credit", 0), most.get("service", 0))
        if share.total_micros:
            left = left.minus(share)
            total = invoices.credit_total(document, lines_of(document, share))
            yield RefundPlan(row=row, portions=share, total_micros=total, document=document)


def lines_of(document: Document, portions: Portions) -> dict[int, int]:
    """Return the amounts to credit on the lines of an installment's invoice, in micros, by line id."""
    wanted = {"credit": portions.credit_micros, "service": portions.service_micros}
    lines = invoices.left_of_products(document).items()
    return {line: wanted[product] for product, (line, _) in lines if wanted[product]}


def _stripe_refunds(row: Installment, left: Portions, asked: dict[int, int]) -> Iterator[RefundPlan]:
    """Yield what goes back through Stripe; `asked` has the micros already planned, by payment, and is updated."""
    parts = PaymentPart.objects.filter(
        installment=row, payment__received_in=Role.CASH, payment__settled_at__isnull=False
    )
    for part in parts.exclude(payment__payment_intent_id="").select_related("payment").order_by("-pk"):
        payment, whole = part.payment, part.payment.whole
        if not whole.net_micros:
            continue
        waiting = payment.refunds.filter(state__in=WAITING).aggregate(total=Sum("amount_micros", default=0))["total"]
        taxed = whole.net_micros + whole.tax_micros
        most = (payment.returnable_micros - waiting - asked.get(payment.pk, 0)) * whole.net_micros // taxed
        net = min(part.amount_micros - part.returned_micros, most, left.total_micros)
        if net > 0:
            credit = min(left.credit_micros, net)
            share = Portions(Micros(credit), Micros(net - credit))
            left = left.minus(share)
            unit = micros_per_minor_unit(payment.currency)
            total = net * taxed // whole.net_micros // unit * unit
            asked[payment.pk] = asked.get(payment.pk, 0) + total
            yield RefundPlan(row=row, portions=share, total_micros=total, part=part)


def _within(wanted: Portions, credit_left: int, service_left: int) -> Portions:
    """Return as much of the wanted amount as is left, in micros; what exceeds one portion is taken from the other.

    Earlier notes by amount were divided over the lines and over the portions, which may differ by a step.
    """
    amount = min(wanted.total_micros, credit_left + service_left)
    credit = min(max(wanted.credit_micros, amount - service_left, 0), credit_left, amount)
    return Portions(Micros(credit), Micros(amount - credit))


def _refund(back: RefundPlan, order: CancellationOrder, now: datetime) -> None:
    key, credit = f"{order.key}:{back.key}", back.portions.credit_micros
    if back.document is not None:
        lines = lines_of(back.document, back.portions)
        terms = invoices.CreditTerms(reason=order.reason, lines=lines)
        invoices.credit_invoice(document_id=back.document.pk, terms=terms, created_by=order.created_by, now=now)
    elif back.part is not None:
        request = RefundRequest(
            payment_id=back.part.payment_id,
            amount=Micros(back.total_micros),
            reason=order.reason,
            key=key,
            requested_by=order.created_by,
            part_id=back.part.pk,
            credit=credit,
        )
        request_refund(request, now=now)
    else:
        by_bank = contracts.RefundOrder(
            amount=back.portions.total_micros,
            key=key,
            created_by=order.created_by,
            reason=order.reason,
            paid_to=Role.MANUAL_RECEIPTS,
            credit=credit,
        )
        contracts.refund_installment(installment_id=back.row.pk, order=by_bank, now=now)
