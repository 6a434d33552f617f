"""Cancel a contract at a date and refund what was paid for later days.

Payments of our invoices are returned by a credit note, as unapplied money; payments through Stripe are refunded there;
the rest is refunded by bank.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from apps.common.money import Micros, micros_per_minor_unit
from apps.common.transactions import serialized
from apps.contracts import services as contracts
from apps.contracts.cancellation import CancellationTerms, InstallmentCut
from apps.contracts.errors import InstallmentOnInvoice
from apps.contracts.models import Installment
from apps.invoices import services as invoices
from apps.invoices.models import Document
from apps.payments.models import PaymentPart, Refund, StripePayment
from apps.payments.services.refunds import request_refund
from apps.wallets.accounts import Role

CREDITABLE = (Document.State.PAID, Document.State.PART_PAID)
WAITING = (Refund.State.REQUESTED, Refund.State.PENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPlan:
    """An amount of an installment to refund in one way, in micros: by a credit note, through Stripe, or by bank.

    `total_micros` includes tax.
    """

    row: Installment
    net_micros: int
    total_micros: int
    document: Document | None = None
    payment: StripePayment | None = None

    @property
    def key(self) -> str:
        """Identifies it within the cancellation."""
        way = self.document or self.payment
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
        left = cut.back_micros
        for way in _ways(cut.row, asked):
            share = min(left, way.net_micros)
            if share > 0:
                left -= share
                found.append(_part(way, share))
                if way.payment is not None:
                    asked[way.payment.pk] = asked.get(way.payment.pk, 0) + found[-1].total_micros
        if left and cut.row.is_invoiced:
            raise InstallmentOnInvoice
        if left:
            found.append(RefundPlan(row=cut.row, net_micros=left, total_micros=left))
    return found


@serialized
def cancel_contract_at(
    *, contract_id: UUID, seen_revision: int, terms: CancellationTerms, order: CancellationOrder, now: datetime
) -> None:
    """Cancel a contract from a day on; credit its invoices and refund what was paid for later days.

    Raises:
        ChangedMeanwhile, StateForbids, NotPayable: as `contracts.cancel_contract_at`.
        InstallmentOnInvoice: as `refund_plans`.
    """
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


def _ways(row: Installment, asked: dict[int, int]) -> Iterator[RefundPlan]:
    """Yield each way of refunding with its maximum; `asked` has the micros already planned, by payment."""
    if row.is_invoiced:
        for document in row.invoices.filter(type=Document.Type.INVOICE, state__in=CREDITABLE).order_by("-finalized_at"):
            due = document.balance.due
            yield RefundPlan(row=row, net_micros=due.net, total_micros=due.total, document=document)
        return
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
        net = min(part.amount_micros - part.returned_micros, most)
        yield RefundPlan(row=row, net_micros=net, total_micros=net * taxed // whole.net_micros, payment=payment)


def _part(way: RefundPlan, share: int) -> RefundPlan:
    """Return a part of a refund, given without tax, with its tax, in the currency's smallest unit."""
    unit = micros_per_minor_unit(way.row.contract.organization.currency)
    total = way.total_micros * share // way.net_micros // unit * unit
    return replace(way, net_micros=share, total_micros=total)


def _refund(back: RefundPlan, order: CancellationOrder, now: datetime) -> None:
    key = f"{order.key}:{back.key}"
    if back.document is not None:
        terms = invoices.CreditTerms(reason=order.reason, amount=Micros(back.net_micros))
        invoices.credit_invoice(document_id=back.document.pk, terms=terms, created_by=order.created_by, now=now)
    elif back.payment is not None:
        request_refund(
            payment_id=back.payment.pk,
            amount=Micros(back.total_micros),
            reason=order.reason,
            key=key,
            requested_by=order.created_by,
            now=now,
        )
    else:
        by_bank = contracts.RefundOrder(
            amount=Micros(back.net_micros),
            key=key,
            created_by=order.created_by,
            reason=order.reason,
            paid_to=Role.MANUAL_RECEIPTS,
        )
        contracts.refund_installment(installment_id=back.row.pk, order=by_bank, now=now)
