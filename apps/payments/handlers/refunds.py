"""Refunds: counter-posted once per refund when it leaves `pending`; one that fails late is put back, once."""

from dataclasses import replace
from uuid import UUID

from django.db.models import Q

from apps.common.errors import BillingError
from apps.common.money import Micros
from apps.contracts import services as contracts
from apps.contracts.models import InstallmentRefund
from apps.payments import stripe_operations
from apps.payments.errors import EventParked
from apps.payments.handlers.amounts import micros
from apps.payments.handlers.occasion import Occasion
from apps.payments.handlers.payments import Looked, Taking, book_loss, lock_payment, look_at_siblings, take_back
from apps.payments.handlers.unasked import close_unasked, show_unasked
from apps.payments.models import PaymentPart, Refund, StripePayment
from apps.payments.objects import ChargeFacts, RefundFacts
from apps.wallets import services as wallets
from apps.wallets.accounts import Role

State = Refund.State
_STATES = {
    "pending": State.PENDING,
    "requires_action": State.PENDING,
    "succeeded": State.SUCCEEDED,
    "failed": State.FAILED,
    "canceled": State.FAILED,
}


def refund_changed(facts: RefundFacts, occasion: Occasion) -> None:
    """Bring our refund to where Stripe's is; what failed stays failed."""
    payment = lock_payment(facts.payment_intent, facts.charge, occasion.fetched)
    apply_refund(facts, payment, occasion)


def look_at_refunds(facts: ChargeFacts) -> Looked:
    """Ask Stripe for all refunds of a charge: the event has only their sum."""
    made = stripe_operations.refunds_of(facts.payment_intent) if facts.payment_intent else ()
    return replace(look_at_siblings(facts), refunds=tuple(made))


def charge_refunded(facts: ChargeFacts, occasion: Occasion) -> None:
    """A cross-check: every refund behind the sum is applied, each by its own id."""
    payment = lock_payment(facts.payment_intent, facts.id, occasion.fetched)
    for refund in occasion.fetched.refunds:
        apply_refund(refund, payment, occasion)


def apply_refund(facts: RefundFacts, payment: StripePayment, occasion: Occasion) -> None:
    """Apply one refund of a locked payment as it stands at Stripe."""
    if facts.currency != payment.currency:
        raise EventParked(f"It is in {facts.currency}, and the payment in {payment.currency}")
    if facts.status not in _STATES:
        raise EventParked(f"A refund that is {facts.status!r} is not known here")
    refund = _refund_of(facts, payment, occasion)
    if refund.state == State.FAILED:
        return
    to = _STATES[facts.status]
    if refund.state == State.SUCCEEDED and to == State.PENDING:
        return
    refund.state = to
    refund.failure = facts.failure
    refund.updated_at = occasion.now
    if to == State.SUCCEEDED and refund.booked_at is None:
        _book(refund, payment, occasion)
    if to == State.FAILED and refund.booked_at is not None:
        _undo(refund, payment, occasion)
    refund.save()


def _refund_of(facts: RefundFacts, payment: StripePayment, occasion: Occasion) -> Refund:
    """Return our row: by Stripe's id, by the reference we gave it, or new where it was started at Stripe."""
    known = Refund.objects.filter(stripe_id=facts.id).first() or _referenced(facts, payment)
    if known is None:
        return Refund.objects.create(
            payment=payment,
            stripe_id=facts.id,
            amount_micros=micros(facts.amount, facts.currency),
            state=State.PENDING,
            reason=facts.reason,
            created_at=occasion.now,
            updated_at=occasion.now,
        )
    if micros(facts.amount, facts.currency) != known.amount_micros:
        raise EventParked(f"It is over {facts.amount} in smallest units, and our row is over another amount")
    known.stripe_id = facts.id
    return known


def _referenced(facts: RefundFacts, payment: StripePayment) -> Refund | None:
    kind, _, text = facts.metadata.get("reference", "").partition(":")
    try:
        named = UUID(text) if kind == "refund" else None
    except ValueError:
        named = None
    return Refund.objects.filter(pk=named, payment=payment, stripe_id=None).first() if named else None


def _book(refund: Refund, payment: StripePayment, occasion: Occasion) -> None:
    """Post it: from the customer as far as a lost dispute has not taken it already, from us beyond."""
    if refund.amount_micros > payment.returnable_micros:
        raise EventParked("More went back than was paid")
    refund.taken_micros = min(refund.amount_micros, payment.ours_micros)
    refund.lost_micros = refund.amount_micros - refund.taken_micros
    refund.transfer_ids = take_back(
        Taking(
            payment=payment,
            amount=Micros(refund.taken_micros),
            key=f"refund:{refund.stripe_id}",
            to=Role.CASH,
            reason=f"Refund {refund.stripe_id}",
            occasion=occasion,
        )
    )
    if refund.lost_micros:
        refund.transfer_ids.append(book_loss(payment, refund.lost_micros, f"refund:{refund.stripe_id}", occasion))
    refund.booked_at = occasion.now
    payment.refunded_micros += refund.amount_micros
    payment.save(update_fields=["refunded_micros"])
    close_unasked(payment, now=occasion.now)


def _undo(refund: Refund, payment: StripePayment, occasion: Occasion) -> None:
    """Put back what a refund took that failed after all."""
    reason = f"Refund {refund.stripe_id} failed: {refund.failure or 'no reason given'}"
    for transfer_id in refund.transfer_ids:
        wallets.undo_transfer(
            organization=payment.organization,
            transfer_id=transfer_id,
            reason=reason,
            created_by=occasion.created_by,
            now=occasion.now,
        )
    _undo_instalments(refund, payment, reason, occasion)
    refund.undone_at = occasion.now
    payment.refunded_micros -= refund.amount_micros
    payment.save(update_fields=["refunded_micros"])
    show_unasked(payment, now=occasion.now)


def _undo_instalments(refund: Refund, payment: StripePayment, reason: str, occasion: Occasion) -> None:
    beyond = refund.taken_micros
    parts = list(PaymentPart.objects.filter(payment=payment).order_by("pk"))
    for part in parts:
        back = _undo_part(refund, part, reason, occasion)
        part.returned_micros -= back
        beyond -= back
    for part in parts:
        share = min(beyond, part.returned_micros)
        part.returned_micros -= share
        beyond -= share
        part.save(update_fields=["returned_micros"])


def _undo_part(refund: Refund, part: PaymentPart, reason: str, occasion: Occasion) -> int:
    """Put back what a refund took of an instalment and of what came beyond it; return how much that was."""
    back, key = 0, f"refund:{refund.stripe_id}:{part.pk}"
    for taken in InstallmentRefund.objects.filter(Q(key=key) | Q(key__startswith=f"{key}:surplus:")).order_by("pk"):
        try:
            contracts.undo_instalment_refund(
                key=taken.key, reason=reason, created_by=occasion.created_by, now=occasion.now
            )
        except BillingError as error:
            raise EventParked(f"Instalment {part.installment_id}: {error.detail}") from error
        back += taken.amount_micros
    return back
