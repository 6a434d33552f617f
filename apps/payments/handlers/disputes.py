"""Disputes: frozen when opened, taken when lost, given back when won; each step once, in any order."""

from collections.abc import Iterator
from uuid import UUID

from apps.common.errors import BillingError
from apps.common.money import Micros
from apps.contracts import services as contracts
from apps.contracts.selectors import surplus_left
from apps.payments import issues
from apps.payments.errors import EventParked
from apps.payments.handlers.amounts import micros
from apps.payments.handlers.occasion import Occasion
from apps.payments.handlers.payments import Taking, book_loss, lock_payment, parts_to_take, take_back
from apps.payments.handlers.unasked import close_unasked
from apps.payments.models import Dispute
from apps.payments.objects import DisputeFacts, FraudWarningFacts
from apps.wallets import services as wallets
from apps.wallets.accounts import Role

Outcome = Dispute.Outcome
_OUTCOMES = {
    "won": Outcome.WON,
    "lost": Outcome.LOST,
    "warning_closed": Outcome.CLOSED,
    "prevented": Outcome.CLOSED,
}


def dispute_opened(facts: DisputeFacts, occasion: Occasion) -> None:
    """The payer complains: the disputed credit is frozen. An inquiry is only shown, since no money moves."""
    dispute = _lock_dispute(facts, occasion)
    if dispute.closed_at is not None:
        return
    dispute.status = facts.status
    dispute.outcome = Outcome.INQUIRY if facts.is_inquiry else Outcome.OPEN
    if not facts.is_inquiry:
        _freeze(dispute, occasion)
    _save(dispute, occasion)
    issues.open_issue(
        issues.Kind.DISPUTE,
        organization=dispute.payment.organization,
        subject=facts.id,
        detail=f"{dispute.get_outcome_display()} about payment {dispute.payment}: {facts.reason}, {facts.status}.",
        expected_micros=dispute.amount_micros,
        now=occasion.now,
    )


def funds_withdrawn(facts: DisputeFacts, occasion: Occasion) -> None:
    """Stripe took the money."""
    dispute = _lock_dispute(facts, occasion)
    if dispute.withdrawn_at is not None:
        return
    _move_money(dispute, Role.DISPUTES, Role.CASH, "withdrawn", occasion)
    dispute.withdrawn_at = occasion.now
    if dispute.closed_at is None:
        dispute.outcome = Outcome.OPEN
        _freeze(dispute, occasion)
    _save(dispute, occasion)


def funds_reinstated(facts: DisputeFacts, occasion: Occasion) -> None:
    """Stripe gave the money back."""
    dispute = _lock_dispute(facts, occasion)
    if dispute.reinstated_at is None:
        _move_money(dispute, Role.CASH, Role.DISPUTES, "reinstated", occasion)
        dispute.reinstated_at = occasion.now
        _save(dispute, occasion)
        _show_lost_and_back(dispute, occasion)


def dispute_closed(facts: DisputeFacts, occasion: Occasion) -> None:
    """It is decided: what is frozen is taken, or free again."""
    if facts.status not in _OUTCOMES:
        raise EventParked(f"A dispute that closed as {facts.status!r} is not known here")
    dispute = _lock_dispute(facts, occasion)
    if dispute.closed_at is not None:
        return
    dispute.outcome, dispute.status = _OUTCOMES[facts.status], facts.status
    dispute.closed_at = occasion.now
    _thaw(dispute, occasion)  # the wallet stays locked from here on, so nobody spends what is taken next
    if dispute.outcome == Outcome.LOST:
        _take(dispute, occasion)
    _save(dispute, occasion)
    issues.close_issue(
        issues.Kind.DISPUTE, subject=facts.id, resolution=dispute.get_outcome_display(), now=occasion.now
    )
    _show_lost_and_back(dispute, occasion)


def _show_lost_and_back(dispute: Dispute, occasion: Occasion) -> None:
    """Tell staff where the customer has lost the credit and Stripe gave us the money for it all the same.

    Stripe does so when a bank thinks better of it. What is right then differs, so a person decides.
    """
    if dispute.outcome != Outcome.LOST or dispute.reinstated_at is None:
        return
    issues.open_issue(
        issues.Kind.DISPUTE,
        organization=dispute.payment.organization,
        subject=dispute.stripe_id,
        detail=f"The dispute about payment {dispute.payment} was lost, and Stripe gave the money back all the same: "
        "the credit that was taken may have to be granted again.",
        actual_micros=dispute.amount_micros,
        now=occasion.now,
    )


def fraud_warned(facts: FraudWarningFacts, occasion: Occasion) -> None:
    """The payment is flagged; nothing else is known yet."""
    payment = lock_payment(facts.payment_intent, facts.charge)
    payment.flagged_at = payment.flagged_at or occasion.now
    payment.save(update_fields=["flagged_at"])
    issues.open_issue(
        issues.Kind.FRAUD_WARNING,
        organization=payment.organization,
        subject=facts.id,
        detail=f"Payment {payment}: {facts.fraud_type}. A refund now may prevent a dispute.",
        expected_micros=payment.amount_micros,
        now=occasion.now,
    )


def _lock_dispute(facts: DisputeFacts, occasion: Occasion) -> Dispute:
    """Return the dispute's row under its payment's lock."""
    payment = lock_payment(facts.payment_intent, facts.charge, occasion.fetched)
    if facts.currency != payment.currency:
        raise EventParked(f"It is in {facts.currency}, and the payment in {payment.currency}")
    dispute, _ = Dispute.objects.get_or_create(
        stripe_id=facts.id,
        defaults={
            "payment": payment,
            "amount_micros": micros(facts.amount, facts.currency),
            "status": facts.status,
            "reason": facts.reason,
            "created_at": occasion.now,
            "updated_at": occasion.now,
        },
    )
    if dispute.payment_id != payment.pk:
        raise EventParked("The dispute is known as another payment's")
    dispute.payment = payment
    return dispute


def _save(dispute: Dispute, occasion: Occasion) -> None:
    dispute.updated_at = occasion.now
    dispute.save()


def _freeze(dispute: Dispute, occasion: Occasion) -> None:
    """Set the disputed credit aside, once; what was spent or refunded already cannot be."""
    if dispute.frozen_at is not None:
        return
    amount = Micros(min(dispute.amount_micros, dispute.payment.ours_micros))
    dispute.holds = [str(hold_id) for hold_id in _freezes(dispute, amount, occasion) if hold_id is not None]
    dispute.frozen_at = occasion.now


def _freezes(dispute: Dispute, amount: Micros, occasion: Occasion) -> Iterator[UUID | None]:
    payment, key = dispute.payment, f"dispute:{dispute.stripe_id}:freeze"
    for part, share in parts_to_take(payment, amount):
        brought = max(0, share - surplus_left(part.installment_id))  # what came beyond the instalment brought no credit
        yield contracts.freeze_instalment(
            installment_id=part.installment_id,
            amount=Micros(brought),
            key=f"{key}:{part.pk}",
            created_by=occasion.created_by,
            now=occasion.now,
        )
    if payment.grant is not None and amount:
        hold = wallets.freeze_grant(
            grant=payment.grant,
            amount=amount,
            key=key,
            description="In dispute",
            created_by=occasion.created_by,
            now=occasion.now,
        )
        yield hold.pk if hold else None


def _thaw(dispute: Dispute, occasion: Occasion) -> None:
    for hold in dispute.holds:
        try:
            wallets.unfreeze(organization=dispute.payment.organization, hold_id=UUID(hold), now=occasion.now)
        except BillingError as error:
            raise EventParked(f"The freeze {hold} could not be ended: {error.detail}") from error


def _take(dispute: Dispute, occasion: Occasion) -> None:
    """Take a lost dispute's amount: from the customer what refunds have not taken already, from us the rest."""
    payment = dispute.payment
    dispute.taken_micros = min(dispute.amount_micros, payment.ours_micros)
    dispute.lost_micros = dispute.amount_micros - dispute.taken_micros
    key = f"dispute:{dispute.stripe_id}"
    take_back(
        Taking(
            payment=payment,
            amount=Micros(dispute.taken_micros),
            key=f"{key}:lost",
            to=Role.DISPUTES,
            reason=f"Dispute {dispute.stripe_id} lost",
            occasion=occasion,
        )
    )
    if dispute.lost_micros:
        book_loss(payment, dispute.lost_micros, key, occasion, to=Role.DISPUTES)
    payment.disputed_micros += dispute.amount_micros
    payment.save(update_fields=["disputed_micros"])
    close_unasked(payment, now=occasion.now)


def _move_money(dispute: Dispute, source: Role, destination: Role, step: str, occasion: Occasion) -> None:
    wallets.book(
        organization=dispute.payment.organization,
        source=source,
        destination=destination,
        amount=Micros(dispute.amount_micros),
        kind="dispute",
        key=f"dispute:{dispute.stripe_id}:{step}",
        created_by=occasion.created_by,
        now=occasion.now,
        description=f"Dispute {dispute.stripe_id}: funds {step}",
    )
