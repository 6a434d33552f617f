"""Unapplied money: received without a matching claim. An issue is open while it is on the unapplied account."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from apps.common.money import Micros, money_text
from apps.common.transactions import serialized
from apps.invoices.errors import AboveRemaining, InvoiceNotFound
from apps.invoices.models import Document, Money
from apps.invoices.services import CollectedMoney, receive_collected
from apps.payments import issues
from apps.payments.errors import EventParked, PaymentNotFound
from apps.payments.models import StripePayment
from apps.payments.selectors import unapplied_left
from apps.payments.services.locks import lock_settled
from apps.tenants.models import Organization
from apps.wallets.accounts import Role

Kind = issues.Kind


class ContradictsRow(EventParked):
    """The object contradicts our row, so the row stays unchanged; its money is still booked, as unapplied."""

    def __init__(self, reason: str, organization: Organization) -> None:
        self.organization = organization
        super().__init__(reason)


@serialized
def apply_unapplied(
    *, payment_id: int, document_id: UUID, amount: Micros, key: str, created_by: str, now: datetime
) -> StripePayment:
    """Pay an invoice with unapplied money of a payment, in micros, once per key.

    Raises:
        PaymentNotFound: the customer has no such payment in its currency. InvoiceNotFound: there is no such invoice.
        AboveRemaining: it is more than is unapplied, or than is left to pay.
    """
    document = Document.objects.select_related("organization").filter(pk=document_id).first()
    if document is None:
        raise InvoiceNotFound
    wanted = Q(pk=payment_id, organization=document.organization, currency=document.currency)
    payment = next(iter(lock_settled(wanted)), None)
    if payment is None:
        raise PaymentNotFound
    name = f"stripe:{payment.key}:applied:{key}"
    if Money.objects.filter(organization=document.organization, key=name).exists():
        return payment
    left = min(unapplied_left(payment), document.left_micros + document.written_off_micros)
    applied = CollectedMoney(
        document_id=document.pk,
        amount=amount,
        key=name,
        reference=f"Stripe {payment}"[:255],
        received_in=Role.UNAPPLIED,
    )
    if amount > left or receive_collected(applied, created_by=created_by, now=now) != amount:
        raise AboveRemaining(f"At most {money_text(max(0, left), document.currency)} can be applied.", field="amount")
    payment.applied_micros += amount
    payment.save(update_fields=["applied_micros"])
    update_unapplied_issue(payment, now=now)
    return payment


def update_unapplied_issue(payment: StripePayment, *, now: datetime) -> None:
    """Open an issue while money of a payment is unapplied, with the reason; close it once it was used or returned."""
    if not payment.unapplied_micros:
        return
    left = unapplied_left(payment)
    if not left:
        issues.close_issue(Kind.UNAPPLIED, subject=payment.key, resolution="It was used or returned", now=now)
        return
    issues.open_issue(
        Kind.UNAPPLIED,
        organization=payment.organization,
        subject=payment.key,
        detail=(f"{money_text(left, payment.currency)} of payment {payment} is unapplied. {payment.unapplied_reason}."),
        sums=issues.IssueSums(actual_micros=left, currency=payment.currency),
        now=now,
    )
