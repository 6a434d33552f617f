"""Book refunds by their state at Stripe: once when they succeed, undone once if they fail later."""

from collections.abc import Sequence

from apps.common.errors import BillingError
from apps.common.money import Micros, from_micros, from_minor_units, money_text
from apps.common.transactions import all_or_nothing
from apps.contracts import services as contracts
from apps.contracts.models import InstallmentRefund
from apps.invoices import services as invoices
from apps.notices.services import notify
from apps.payments import issues
from apps.payments.causes import REFUND
from apps.payments.debts import update_debt_issue
from apps.payments.errors import EventParked
from apps.payments.event_context import EventContext
from apps.payments.models import PaymentPart, PaymentReturn, Refund, StripePayment
from apps.payments.references import ObjectKind, row_id
from apps.payments.services.double_refunds import recover
from apps.payments.services.overpaid_issues import close_overpaid_issues, open_overpaid_issues
from apps.payments.services.reversals import (
    MoneyOut,
    book_loss,
    return_from_each,
)
from apps.payments.services.top_up_invoices import follow_returns
from apps.payments.services.top_up_settings import REFUNDED, stop_top_up
from apps.payments.services.unapplied import update_unapplied_issue
from apps.payments.stripe_objects import RefundFacts
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.models import BookingKind, Grant

State = Refund.State
_STATES = {
    "pending": State.PENDING,
    "requires_action": State.PENDING,
    "succeeded": State.SUCCEEDED,
    "failed": State.FAILED,
    "canceled": State.FAILED,
}


def apply_refund(facts: RefundFacts, payments: Sequence[StripePayment], context: EventContext) -> None:
    """Update a refund of an intent's locked payments to its state at Stripe, and book or undo it.

    Raises:
        EventParked: its status is unknown here.
    """
    if facts.status not in _STATES:
        raise EventParked(f"The refund has unknown status {facts.status!r}")
    refund = _refund_of(facts, payments[0], context)
    if refund.state == State.FAILED:
        return
    to = _STATES[facts.status]
    if refund.state == State.SUCCEEDED and to == State.PENDING:
        return
    refund.state = to
    refund.failure = facts.failure
    refund.updated_at = context.now
    ordered = sorted(payments, key=lambda each: each.pk != refund.payment_id)
    if to == State.SUCCEEDED and refund.booked_at is None:
        _book(refund, ordered, context)
    if to == State.FAILED and refund.booked_at is not None:
        _undo(refund, ordered, context)
    if facts.status == "failed":
        _open_failed_issue(refund, payments[0], context)
    refund.save()


def known_refund(facts: RefundFacts) -> Refund | None:
    """Return our row of a refund, by Stripe's id or by our reference; None if there is none."""
    known = Refund.objects.filter(stripe_id=facts.id).first()
    named = row_id(facts.metadata.get("reference", ""), ObjectKind.REFUND)
    if known is not None or named is None:
        return known
    asked = Refund.objects.filter(pk=named, stripe_id=None, payment__payment_intent_id=facts.payment_intent)
    return asked.first()


def _refund_of(facts: RefundFacts, payment: StripePayment, context: EventContext) -> Refund:
    """Return our row of a refund; one started at Stripe gets a new row on the payment."""
    known = known_refund(facts)
    if known is None:
        return Refund.objects.create(
            organization_id=payment.organization_id,
            payment=payment,
            stripe_id=facts.id,
            amount_micros=from_minor_units(facts.amount, payment.currency),
            state=State.PENDING,
            reason=facts.reason,
            created_at=context.now,
            updated_at=context.now,
        )
    known.stripe_id = facts.id
    told = from_minor_units(facts.amount, payment.currency)
    if told != known.amount_micros and known.booked_at is None:
        issues.open_issue(
            issues.Kind.REFUNDS_DIFFER,
            organization=payment.organization,
            subject=facts.id,
            detail="Stripe refunded a different amount than was requested here; the amount it refunded is booked.",
            sums=issues.IssueSums(expected_micros=known.amount_micros, actual_micros=told, currency=payment.currency),
            now=context.now,
        )
        known.amount_micros = told
    return known


def _book(refund: Refund, payments: Sequence[StripePayment], context: EventContext) -> None:
    """Book a refund: the customer bears the part that was not returned before; the rest is our loss."""
    key, first, cause = f"refund:{refund.stripe_id}", payments[0], REFUND.of(refund.pk)
    taking = MoneyOut(
        payment=first,
        amount=Micros(refund.amount_micros),
        key=key,
        cause=cause,
        to=Role.CASH,
        reason=f"Refund {refund.stripe_id}",
        context=context,
        part_id=refund.part_id,
        credit=None if refund.credit_micros is None else Micros(refund.credit_micros),
    )
    if first.grant is not None and first.grant.source == Grant.Source.TOP_UP:
        stop_top_up(organization=first.organization, reason=REFUNDED, now=context.now)
    returns = return_from_each(payments, taking)
    refund.taken_micros = sum(each.amount_micros for each in returns)
    refund.lost_micros = refund.amount_micros - refund.taken_micros
    if refund.lost_micros:
        book_loss(first, refund.lost_micros, key, cause, context)
        first.refunded_micros += refund.lost_micros
    refund.booked_at = context.now
    refund.save()
    for each in returns:
        each.refund = refund
        each.save(force_insert=True)
        each.payment.refunded_micros += each.amount_micros
    _show_what_is_left(payments, key, context)
    notify(
        organization_id=first.organization_id,
        notice="refund.made",
        key=str(refund.pk),
        data={
            "id": str(refund.pk),
            "version": 1,
            "paymentId": str(first.pk),
            "amount": from_micros(refund.amount_micros),
            "currency": first.currency,
        },
        now=context.now,
    )


def _show_what_is_left(payments: Sequence[StripePayment], key: str, context: EventContext) -> None:
    for payment in payments:
        payment.save(update_fields=["refunded_micros"])
    recover(payments, key, context)
    update_debt_issue(payments[0].organization, now=context.now)
    for payment in payments:
        close_overpaid_issues(payment, now=context.now)
        open_overpaid_issues(payment, now=context.now)
        update_unapplied_issue(payment, now=context.now)
        follow_returns(payment, key, now=context.now)


def _undo(refund: Refund, payments: Sequence[StripePayment], context: EventContext) -> None:
    """Undo the booking of a refund that failed later."""
    reason = f"Refund {refund.stripe_id} failed: {refund.failure or 'no reason given'}"
    first, by_id = payments[0], {payment.pk: payment for payment in payments}
    wallets.undo_cause(
        organization=first.organization,
        cause=REFUND.of(refund.pk),
        reason=reason,
        created_by=context.created_by,
        now=context.now,
    )
    for each in refund.returns.order_by("-pk"):
        payment = by_id[each.payment_id]
        if payment.invoice is not None and payment.invoice.document_id is not None:
            _restore(each, payment, refund, context)
        else:
            _undo_installments(each, payment, reason, context)
        each.undone_at = context.now
        each.save(update_fields=["undone_at"])
        payment.refunded_micros -= each.amount_micros
    first.refunded_micros -= refund.lost_micros
    refund.undone_at = context.now
    refund.save()
    issues.close_issue(
        issues.Kind.OUR_LOSS, subject=f"refund:{refund.stripe_id}", resolution="The refund failed", now=context.now
    )
    _show_what_is_left(payments, f"refund:{refund.stripe_id}:undone", context)


def _open_failed_issue(refund: Refund, payment: StripePayment, context: EventContext) -> None:
    """Open an issue for a failed refund: the customer did not get the money."""
    amount = money_text(refund.amount_micros, payment.currency)
    why = f" ({refund.failure})" if refund.failure else ""
    issues.open_issue(
        issues.Kind.REFUND_FAILED,
        organization=payment.organization,
        subject=refund.stripe_id or str(refund.pk),
        detail=(
            f"The refund of {amount} failed{why}: the customer did not get the money, which is back at Stripe, and the "
            "booking is undone. Refund it again, or pay it back by bank."
        ),
        sums=issues.IssueSums(actual_micros=refund.amount_micros, currency=payment.currency),
        now=context.now,
    )


def _restore(taken: PaymentReturn, payment: StripePayment, refund: Refund, context: EventContext) -> None:
    """Apply the money of a failed refund to our invoice again."""
    invoices.restore_collected(
        organization=payment.organization,
        part=invoices.CollectedPart(
            key=f"stripe:{payment.key}",
            amount=Micros(taken.amount_micros - taken.tax_micros - taken.unapplied_micros),
            account=Role.CASH,
        ),
        event=f"refund:{refund.pk}:undone",
        created_by=context.created_by,
        now=context.now,
    )


def _undo_installments(taken: PaymentReturn, payment: StripePayment, reason: str, context: EventContext) -> None:
    beyond = taken.amount_micros - taken.tax_micros - taken.unapplied_micros
    parts = list(payment.parts.order_by("pk"))
    for part in parts:
        part.payment = payment
        assert taken.refund is not None, "only refunds fail"
        beyond -= _undo_part(taken.refund, part, reason, context)
    for part in parts:
        share = min(beyond, part.returned_micros)
        part.returned_micros -= share
        beyond -= share
        part.save(update_fields=["amount_micros", "returned_micros"])


def _undo_part(refund: Refund, part: PaymentPart, reason: str, context: EventContext) -> int:
    """Undo a refund's share of an installment and its overpayment; return the amount in micros."""
    back, key = 0, f"refund:{refund.stripe_id}:{part.payment_id}:{part.pk}"
    mine = InstallmentRefund.objects.filter(organization=part.organization_id)
    for taken in mine.filter(order_key=key).order_by("pk"):
        try:
            with all_or_nothing():
                contracts.undo_installment_refund(
                    organization=part.payment.organization,
                    key=taken.key,
                    reason=reason,
                    created_by=context.created_by,
                    now=context.now,
                )
        except BillingError as error:
            _post_unapplied(refund, part, taken, error, context)
        back += taken.amount_micros
    part.returned_micros -= back
    return back


def _post_unapplied(
    refund: Refund, part: PaymentPart, taken: InstallmentRefund, error: BillingError, context: EventContext
) -> None:
    """Post money of a failed refund as unapplied, since its installment was paid again meanwhile."""
    payment, amount = part.payment, taken.amount_micros
    wallets.post_transfer(
        organization=payment.organization,
        booking=wallets.Booking(
            source=Role.CASH,
            destination=Role.UNAPPLIED,
            amount=Micros(amount),
            kind=BookingKind.PAYMENT,
            key=f"refund:{refund.stripe_id}:{taken.key}:unapplied",
            cause=REFUND.of(refund.pk),
            created_by=context.created_by,
            description=f"Refund {refund.stripe_id} failed: {error.detail}",
        ),
        now=context.now,
        currency=payment.currency,
    )
    part.amount_micros -= amount
    payment.unapplied_micros += amount
    payment.unapplied_reason = f"Refund {refund.stripe_id} failed, and its installment was paid again meanwhile"
    payment.save(update_fields=["unapplied_micros", "unapplied_reason"])
    if payment.invoice is not None:
        payment.invoice.paid_micros -= amount
        payment.invoice.save(update_fields=["paid_micros"])
