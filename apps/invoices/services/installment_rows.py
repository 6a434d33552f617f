"""Pass payments of an invoice on to its installment or as sold credit, and take them back when they are returned.

The invoice's net is on the billed account. A payment moves from there to the installment, and a return or credit note
moves back as a refund. So an installment is settled and refunded as it is without an invoice.
"""

from dataclasses import replace
from datetime import datetime

from django.db.models import Min, Sum

from apps.common.money import Micros
from apps.contracts import services as contracts
from apps.contracts.models import Installment, InstallmentRefund, InstallmentSurplus
from apps.invoices.models import Application, Document
from apps.invoices.models.documents import OUTSTANDING
from apps.invoices.services.sold_credit import follow_sold_credit, sold_micros
from apps.wallets.accounts import Role


def payment_key(row: Application) -> str:
    """Return the key of an installment's payment or refund that follows a payment of its invoice or its return."""
    return f"application:{row.pk}"


def follow_paid(
    document: Document, change: int, *, key: str, created_by: str, now: datetime, credit: Micros | None = None
) -> None:
    """Apply a change of the net paid on an invoice, in micros, to its installment or its sold credit, once per key.

    What is returned of a settled installment is taken from its credit and service in proportion, unless `credit` says
    how much is taken from its credit.
    A void invoice no longer decides when its installment is due.
    """
    if document.is_on_account and change:
        follow_sold_credit(document, change, key=key, created_by=created_by, now=now)
    if document.state == Document.State.VOID and document.installment is not None and document.installment.is_open:
        follow_due_date(document.installment, now)
    if document.installment_id is None or not change:
        return
    if change > 0:
        receipt = contracts.Receipt(
            installment_id=document.installment_id,
            amount=Micros(change),
            key=key,
            received_in=Role.BILLED,
            reference=str(document),
            created_by=created_by,
        )
        contracts.receive_payment(receipt, now=now)
        if not document.left_micros:
            _restore(document, document.installment_id, key, created_by, now)
        return
    order = contracts.RefundOrder(
        amount=Micros(-change),
        key=key,
        created_by=created_by,
        reason=f"Invoice {document}",
        paid_to=Role.BILLED,
        credit=credit,
    )
    _take(document.installment_id, order, now)


def follow_due_date(row: Installment, now: datetime) -> None:
    """Have an installment paid by the first due date of its outstanding invoices; without one, by its own."""
    asking = Document.objects.filter(installment=row, type=Document.Type.INVOICE, state__in=OUTSTANDING)
    first_due = asking.aggregate(first=Min("due_date"))["first"]
    contracts.set_last_day_to_pay(installment_id=row.pk, day=first_due or row.due_date, now=now)


def keeps_paid(document: Document, amount: int) -> bool:
    """Whether a payment, in micros, cannot be undone on its invoice because less is left of what it paid for.

    This happens after a credit note has taken money from the installment, or taken sold credit back.
    """
    row = document.installment
    if row is None and not document.is_on_account:
        return False
    if row is None:
        left = sold_micros(document)
    else:
        beside = sum(each.left_micros for each in InstallmentSurplus.objects.filter(installment=row))
        left = row.paid_micros - row.refunded_micros + beside
    paid = document.balance.paid_shares.net - document.balance.undo_payment(Micros(amount)).paid_shares.net
    return bool(paid > left)


def _take(installment_id: int, order: contracts.RefundOrder, now: datetime) -> None:
    """Take money from an installment; overpayments go first."""
    taken = contracts.refund_surplus(installment_id=installment_id, order=order, now=now)
    if rest := order.amount - taken:
        order = replace(order, amount=Micros(rest))
        contracts.refund_installment(installment_id=installment_id, order=order, now=now)


def _restore(document: Document, installment_id: int, key: str, created_by: str, now: datetime) -> None:
    """Undo the refunds of a settled installment for returned payments, now that its invoice is paid in full again.

    The new payments were booked as overpayments, because nothing was due; they replace the returned ones.
    """
    row = Installment.objects.get(pk=installment_id)
    keys = [payment_key(each) for each in document.applications.exclude(undoes=None)]
    refunds = InstallmentRefund.objects.filter(installment=row, key__in=keys, was_settled=True, undone_at=None)
    taken = refunds.aggregate(total=Sum("amount_micros", default=0))["total"]
    beside = sum(each.left_micros for each in InstallmentSurplus.objects.filter(installment=row))
    if not row.is_settled or not taken or taken != beside:
        return
    order = contracts.RefundOrder(
        amount=Micros(taken),
        key=f"{key}:again",
        created_by=created_by,
        reason=f"Invoice {document} is paid again",
        paid_to=Role.BILLED,
    )
    contracts.refund_surplus(installment_id=installment_id, order=order, now=now)
    for each in refunds.order_by("-pk"):
        contracts.undo_installment_refund(
            organization=document.organization,
            key=each.key,
            reason=f"Invoice {document} is paid again",
            created_by=created_by,
            now=now,
        )
