"""Refunds requested by staff: checked and stored here, sent by a worker, booked when Stripe has paid them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from apps.common.errors import Rejected
from apps.common.money import InexactAmount, Micros, money_text, to_minor_units
from apps.common.transactions import serialized
from apps.outbox.services import enqueue
from apps.payments import stripe_operations
from apps.payments.errors import NotCollectedByStripe, PaymentNotFound, RefundTooLarge, StripeRefused
from apps.payments.event_context import EventContext
from apps.payments.models import AT_STRIPE, Dispute, Refund, StripePayment
from apps.payments.services.refund_bookings import apply_refund
from apps.payments.services.reversals import lock_payments
from apps.payments.services.stripe_requests import obtain, prepare
from apps.payments.stripe_objects import RefundFacts

State = Refund.State
STRIPE_REASON = "requested_by_customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRequest:
    """An amount of a payment to refund through Stripe, in micros with tax; `key` makes it once.

    With `part_id`, it is taken from that part of the payment first: `credit` from its credit, the rest from its
    service.
    """

    payment_id: int
    amount: Micros
    reason: str
    key: str
    requested_by: str
    part_id: int | None = None
    credit: Micros | None = None


@serialized
def request_refund(request: RefundRequest, *, now: datetime) -> Refund:
    """Store a refund request once per key; a worker sends it to Stripe.

    Raises:
        PaymentNotFound: no payment has this id.
        NotCollectedByStripe: it is not settled, or its money came another way.
        RefundTooLarge: it exceeds what is left of the payment after refunds in progress.
        Rejected: the reason is empty, a dispute is open, or the amount is not positive or finer than the currency.
    """
    payment = _lock(request.payment_id)
    if known := Refund.objects.filter(organization=payment.organization_id, request_key=request.key).first():
        return known
    if not request.reason.strip():
        raise Rejected("Give a reason for the refund.", field="reason")
    _refuse_disputed(payment)
    _refuse_amount(payment, request.amount)
    refund = Refund.objects.create(
        organization_id=payment.organization_id,
        payment=payment,
        part_id=request.part_id,
        amount_micros=request.amount,
        credit_micros=request.credit,
        state=State.REQUESTED,
        reason=request.reason.strip(),
        requested_by=request.requested_by,
        request_key=request.key,
        created_at=now,
        updated_at=now,
    )
    _ask(refund, payment, now)
    return refund


def _lock(payment_id: int) -> StripePayment:
    rows = StripePayment.objects.select_for_update(no_key=True, of=("self",)).select_related("organization")
    payment = rows.filter(AT_STRIPE, pk=payment_id).first()
    if payment is None:
        raise NotCollectedByStripe if StripePayment.objects.filter(pk=payment_id).exists() else PaymentNotFound
    return payment


def _refuse_disputed(payment: StripePayment) -> None:
    """Refuse a refund while a bank has taken the money back: Stripe would refuse it with `charge_disputed`."""
    if payment.disputes.filter(outcome=Dispute.Outcome.OPEN).exists():
        raise Rejected("A dispute over this payment is open. It can be refunded if the dispute is won.")


def _refuse_amount(payment: StripePayment, amount: Micros) -> None:
    try:
        whole = to_minor_units(amount, payment.currency) > 0
    except InexactAmount:
        whole = False
    if not whole:
        raise Rejected("The amount must be positive and no finer than the currency's smallest unit.", field="amount")
    waiting = payment.refunds.filter(state__in=[State.REQUESTED, State.PENDING]).aggregate(total=Sum("amount_micros"))
    left = payment.returnable_micros - (waiting["total"] or 0)
    if amount > left:
        raise RefundTooLarge(f"{money_text(left, payment.currency)} is left of the payment.", field="amount")


def _ask(refund: Refund, payment: StripePayment, now: datetime) -> None:
    prepare(
        stripe_operations.CREATE_REFUND,
        reference=refund.reference,
        organization=payment.organization,
        params={
            "payment_intent": payment.payment_intent_id,
            "amount": to_minor_units(refund.amount_micros, payment.currency),
            "reason": STRIPE_REASON,
            "metadata": {"reference": refund.reference, "organization": str(payment.organization_id)},
        },
        now=now,
    )
    enqueue("payments.send_refund", now=now, key=f"send-refund:{refund.pk}", arguments={"refund_id": str(refund.pk)})


def send_refund(*, refund_id: UUID, now: datetime) -> None:
    """Send a requested refund to Stripe and apply the response; its later events then change nothing."""
    refund = Refund.objects.select_related("payment__organization").get(pk=refund_id)
    if refund.state != State.REQUESTED:
        return
    try:
        made = obtain(
            stripe_operations.CREATE_REFUND,
            reference=refund.reference,
            organization=refund.payment.organization,
            now=now,
        )
    except StripeRefused as error:
        Refund.objects.filter(pk=refund.pk, state=State.REQUESTED).update(
            state=State.REFUSED, failure=error.detail[:500], updated_at=now
        )
        return
    _apply(made, refund, now)


@serialized
def _apply(made: RefundFacts, refund: Refund, now: datetime) -> None:
    payments = lock_payments(made.payment_intent, made.charge, known=[refund.payment_id])
    context = EventContext(event_id="", type="", livemode=False, created_at=now, now=now)
    apply_refund(made, payments, context)
