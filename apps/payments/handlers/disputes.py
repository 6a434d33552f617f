"""Dispute events freeze credit when a dispute opens, take it when lost, release it when won; once, in any order."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from apps.common.errors import BillingError
from apps.common.money import Micros, from_micros, from_minor_units, money_text, payable_step
from apps.common.reader import code_words
from apps.contracts import services as contracts
from apps.contracts.selectors import surplus_left
from apps.invoices.balances import first_shares
from apps.notices.services import notify
from apps.payments import issues
from apps.payments.causes import DISPUTE
from apps.payments.debts import update_debt_issue
from apps.payments.errors import EventParked
from apps.payments.event_context import EventContext
from apps.payments.models import Dispute, StripePayment
from apps.payments.services.double_refunds import recover
from apps.payments.services.overpaid_issues import close_overpaid_issues
from apps.payments.services.reversals import (
    MoneyOut,
    book_loss,
    lock_payments,
    parts_to_take,
    return_from_each,
    shares_next,
)
from apps.payments.services.top_up_invoices import follow_returns
from apps.payments.services.top_up_settings import DISPUTED, stop_top_up
from apps.payments.services.unapplied import update_unapplied_issue
from apps.payments.shares import spread
from apps.payments.stripe_objects import DisputeFacts, FraudWarningFacts
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.models import BookingKind, Grant

Outcome = Dispute.Outcome
_OUTCOMES = {
    "won": Outcome.WON,
    "lost": Outcome.LOST,
    "warning_closed": Outcome.CLOSED,
    "prevented": Outcome.CLOSED,
}


def dispute_opened(facts: DisputeFacts, context: EventContext) -> None:
    """A dispute opened or changed: freeze the disputed credit. An inquiry is only stored, because it moves no money."""
    dispute, payments = _lock_dispute(facts, context)
    _follow_money(dispute, facts, context)
    if dispute.closed_at is None:
        dispute.status = facts.status
        dispute.respond_by = max(filter(None, (dispute.respond_by, facts.respond_by)), default=None)
        dispute.outcome = Outcome.INQUIRY if facts.is_inquiry else Outcome.OPEN
        if not facts.is_inquiry:
            _freeze(dispute, payments, context)
    _save(dispute, context)
    if dispute.closed_at is not None:
        return
    if not facts.is_inquiry:
        _notify_customer(dispute, context)
    issues.open_issue(
        issues.Kind.DISPUTE,
        organization=dispute.payment.organization,
        subject=facts.id,
        detail=(
            f"{dispute.get_outcome_display()} about payment {dispute.payment}: {code_words(facts.reason)}. "
            f"{issues.dispute_words(facts.status)}. "
            f"Claimed: {money_text(dispute.claimed_micros, dispute.claimed_currency)}."
        ),
        sums=issues.IssueSums(expected_micros=dispute.amount_micros, currency=dispute.payment.currency),
        now=context.now,
    )


def funds_withdrawn(facts: DisputeFacts, context: EventContext) -> None:
    """Stripe withdrew the disputed money: book it and freeze the credit."""
    dispute, payments = _lock_dispute(facts, context)
    _follow_money(dispute, facts, context, withdrawn=dispute.amount_micros)
    if dispute.closed_at is None:
        dispute.outcome = Outcome.OPEN
        _freeze(dispute, payments, context)
    _save(dispute, context)
    _review_outcome(dispute, payments, "withdrawn", context)


def funds_reinstated(facts: DisputeFacts, context: EventContext) -> None:
    """Stripe gave back all or part of the money: book it."""
    dispute, payments = _lock_dispute(facts, context)
    _follow_money(dispute, facts, context, reinstated=dispute.amount_micros)
    _save(dispute, context)
    _review_outcome(dispute, payments, "reinstated", context)


def dispute_closed(facts: DisputeFacts, context: EventContext) -> None:
    """The dispute is decided: frozen credit is taken or released.

    Raises:
        EventParked: its final status is unknown here.
    """
    if facts.status not in _OUTCOMES:
        raise EventParked(f"The dispute closed with unknown status {facts.status!r}")
    dispute, payments = _lock_dispute(facts, context)
    if dispute.closed_at is not None:
        return
    _follow_money(dispute, facts, context)
    dispute.outcome, dispute.status = _OUTCOMES[facts.status], facts.status
    dispute.closed_at = context.now
    _thaw(dispute, context)  # the wallet stays locked, so nobody spends what is taken next
    if dispute.outcome == Outcome.LOST:
        _, given = _moved(facts, dispute)
        _take(dispute, payments, dispute.amount_micros - given, context)
    _save(dispute, context)
    update_debt_issue(dispute.payment.organization, now=context.now)
    issues.close_issue(issues.Kind.DISPUTE, subject=facts.id, resolution=dispute.get_outcome_display(), now=context.now)
    _review_outcome(dispute, payments, "closed", context)


def _notify_customer(dispute: Dispute, context: EventContext) -> None:
    """Notify the customer of a dispute, once."""
    notify(
        organization_id=dispute.organization_id,
        notice="dispute.opened",
        key=dispute.stripe_id,
        data={
            "id": dispute.stripe_id,
            "version": 1,
            "amount": from_micros(dispute.claimed_micros),
            "currency": dispute.claimed_currency,
            "reason": dispute.reason or "not given",
            **({"respondBy": dispute.respond_by} if dispute.respond_by else {}),
        },
        now=context.now,
    )


def _review_outcome(dispute: Dispute, payments: Sequence[StripePayment], step: str, context: EventContext) -> None:
    """Offset our losses with money returned for a lost dispute; open an issue if a won one returned too little."""
    if dispute.outcome == Outcome.LOST:
        _lose_the_rest(dispute, step, context)
        recover(payments, f"dispute:{dispute.stripe_id}:{step}:{dispute.reinstated_micros}", context)
    kept = dispute.withdrawn_micros - dispute.reinstated_micros
    if dispute.outcome not in (Outcome.WON, Outcome.CLOSED) or dispute.reinstated_at is None:
        return
    if kept <= 0:
        resolution = dispute.get_outcome_display()
        issues.close_issue(issues.Kind.DISPUTE, subject=dispute.stripe_id, resolution=resolution, now=context.now)
        return
    issues.open_issue(
        issues.Kind.DISPUTE,
        organization=dispute.payment.organization,
        subject=dispute.stripe_id,
        detail=f"The dispute about payment {dispute.payment} cost the customer nothing, but Stripe kept "
        f"{money_text(kept, dispute.payment.currency)} of the withdrawn amount.",
        sums=issues.IssueSums(
            expected_micros=dispute.withdrawn_micros,
            actual_micros=dispute.reinstated_micros,
            currency=dispute.payment.currency,
        ),
        now=context.now,
    )


def _lose_the_rest(dispute: Dispute, step: str, context: EventContext) -> None:
    """Book as our loss what Stripe withdrew for a lost dispute after it was booked as lost."""
    if dispute.over_micros < 0:
        more = -dispute.over_micros
        key = f"dispute:{dispute.stripe_id}:{step}"
        book_loss(dispute.payment, more, key, DISPUTE.of(dispute.pk), context, to=Role.DISPUTES)
        dispute.lost_micros += more
        dispute.save(update_fields=["lost_micros"])


def fraud_warned(facts: FraudWarningFacts, context: EventContext) -> None:
    """Flag the payment for an early fraud warning and open an issue; no money moves."""
    payments = lock_payments(facts.payment_intent, facts.charge)
    for each in payments:
        each.flagged_at = each.flagged_at or context.now
        each.save(update_fields=["flagged_at"])
    payment = payments[0]
    issues.open_issue(
        issues.Kind.FRAUD_WARNING,
        organization=payment.organization,
        subject=facts.id,
        detail=f"Payment {payment}: {facts.fraud_type}. A refund now may prevent a dispute.",
        sums=issues.IssueSums(expected_micros=sum(each.amount_micros for each in payments), currency=payment.currency),
        now=context.now,
    )


def _lock_dispute(facts: DisputeFacts, context: EventContext) -> tuple[Dispute, list[StripePayment]]:
    """Return a dispute's row and its locked payments, with the disputed amount updated to what Stripe withdrew."""
    known = Dispute.objects.filter(stripe_id=facts.id).values_list("payment", flat=True)
    payments = lock_payments(facts.payment_intent, facts.charge, context.fetched, known)
    payment = payments[0]
    withdrawn = from_minor_units(facts.taken_in(payment.currency), payment.currency)
    dispute, _ = Dispute.objects.get_or_create(
        stripe_id=facts.id,
        defaults={
            "organization_id": payment.organization_id,
            "payment": payment,
            "amount_micros": withdrawn or _at_stake(facts, payments),
            "claimed_micros": from_minor_units(facts.amount, facts.currency),
            "claimed_currency": facts.currency,
            "status": facts.status,
            "reason": facts.reason,
            "respond_by": facts.respond_by,
            "created_at": context.now,
            "updated_at": context.now,
        },
    )
    dispute.payment = payment
    if withdrawn:
        dispute.amount_micros = max(withdrawn, dispute.withdrawn_micros)
    return dispute, payments


def _at_stake(facts: DisputeFacts, payments: Sequence[StripePayment]) -> int:
    """Return the disputed amount before Stripe withdraws any, in micros.

    The whole payment if the claim is in another currency.
    """
    if facts.currency == payments[0].currency:
        return from_minor_units(facts.amount, facts.currency)
    return sum(each.ours_micros for each in payments) or sum(each.amount_micros for each in payments)


def _moved(facts: DisputeFacts, dispute: Dispute) -> tuple[int, int]:
    """Return what Stripe took and gave back so far, in micros of the payment's currency.

    If our balance at Stripe is in another currency, the disputed amount counts as taken, and the returned part is in
    proportion.
    """
    currency = dispute.payment.currency
    taken, given = (from_minor_units(each, currency) for each in (facts.taken_in(currency), facts.given_in(currency)))
    if taken or given or not facts.movements:
        return taken, given
    kept_in = facts.movements[0].currency
    whole, back = facts.taken_in(kept_in), facts.given_in(kept_in)
    if not whole:
        return 0, 0
    step = payable_step(currency)
    return dispute.amount_micros, dispute.amount_micros * min(back, whole) // whole // step * step


def _follow_money(
    dispute: Dispute, facts: DisputeFacts, context: EventContext, *, withdrawn: int = 0, reinstated: int = 0
) -> None:
    """Book the amounts that Stripe took and gave back since the last booking.

    `withdrawn` and `reinstated`, in micros, are used if the event does not list its movements.
    """
    taken, given = _moved(facts, dispute) if facts.movements else (withdrawn, reinstated)
    if (more := taken - dispute.withdrawn_micros) > 0:
        _move_money(dispute, Role.DISPUTES, Role.CASH, more, ("withdrawn", taken), context)
        dispute.withdrawn_micros = taken
        dispute.withdrawn_at = dispute.withdrawn_at or context.now
    if (more := given - dispute.reinstated_micros) > 0:
        _move_money(dispute, Role.CASH, Role.DISPUTES, more, ("reinstated", given), context)
        dispute.reinstated_micros = given
        dispute.reinstated_at = dispute.reinstated_at or context.now


def _save(dispute: Dispute, context: EventContext) -> None:
    dispute.updated_at = context.now
    dispute.save()


def _freeze(dispute: Dispute, payments: Sequence[StripePayment], context: EventContext) -> None:
    """Freeze the disputed credit once; credit already spent or refunded cannot be frozen."""
    if dispute.frozen_at is not None:
        return
    if any(each.grant is not None and each.grant.source == Grant.Source.TOP_UP for each in payments):
        stop_top_up(organization=payments[0].organization, reason=DISPUTED, now=context.now)
    dispute.holds = []
    shares = spread(dispute.amount_micros, (each.ours_micros for each in payments))
    for payment, share in zip(payments, shares, strict=True):
        amount = Micros(shares_next(payment, share).net_micros)
        key = f"dispute:{dispute.stripe_id}:freeze:{payment.pk}"
        dispute.holds += [
            str(hold_id) for hold_id in _freezes(dispute, payment, amount, key, context) if hold_id is not None
        ]
    dispute.frozen_at = context.now


def _freezes(
    dispute: Dispute, payment: StripePayment, amount: Micros, key: str, context: EventContext
) -> Iterator[UUID | None]:
    for part, share in parts_to_take(payment, amount):
        brought = max(0, share - surplus_left(part.installment_id))  # an overpayment brought no credit
        yield contracts.freeze_installment(
            installment_id=part.installment_id,
            amount=Micros(brought),
            key=f"{key}:{part.pk}",
            dispute=dispute.stripe_id,
            created_by=context.created_by,
            now=context.now,
        )
    document = payment.invoice.document if payment.invoice else None
    if document is not None and document.installment_id is not None and amount:
        yield contracts.freeze_installment(
            installment_id=document.installment_id,
            amount=first_shares(min(amount, document.total_micros), document.balance.printed, document.step).net,
            key=f"{key}:invoice",
            dispute=dispute.stripe_id,
            created_by=context.created_by,
            now=context.now,
        )
    if payment.grant is not None and amount:
        hold = wallets.freeze_grant(
            grant=payment.grant,
            amount=amount,
            key=key,
            dispute=dispute.stripe_id,
            created_by=context.created_by,
            now=context.now,
        )
        yield hold.pk if hold else None


def _thaw(dispute: Dispute, context: EventContext) -> None:
    try:
        wallets.unfreeze(organization=dispute.payment.organization, dispute=dispute.stripe_id, now=context.now)
    except BillingError as error:
        raise EventParked(f"The freeze could not be ended: {error.detail}") from error


def _take(dispute: Dispute, payments: Sequence[StripePayment], amount_micros: int, context: EventContext) -> None:
    """Book a lost dispute: take from the customer the part that was not refunded before; the rest is our loss."""
    key, first, cause = f"dispute:{dispute.stripe_id}", payments[0], DISPUTE.of(dispute.pk)
    taking = MoneyOut(
        payment=first,
        amount=Micros(amount_micros),
        key=f"{key}:lost",
        cause=cause,
        to=Role.DISPUTES,
        reason=f"Dispute {dispute.stripe_id} lost",
        context=context,
    )
    returns = return_from_each(payments, taking)
    dispute.taken_micros = sum(each.amount_micros for each in returns)
    dispute.lost_micros = amount_micros - dispute.taken_micros
    if dispute.lost_micros:
        book_loss(first, dispute.lost_micros, key, cause, context, to=Role.DISPUTES)
        first.disputed_micros += dispute.lost_micros
    dispute.save()
    for each in returns:
        each.dispute = dispute
        each.save(force_insert=True)
        each.payment.disputed_micros += each.amount_micros
    for payment in payments:
        payment.save(update_fields=["disputed_micros"])
        close_overpaid_issues(payment, now=context.now)
        update_unapplied_issue(payment, now=context.now)
        follow_returns(payment, key, now=context.now)


def _move_money(
    dispute: Dispute, source: Role, destination: Role, amount_micros: int, step: tuple[str, int], context: EventContext
) -> None:
    """Post between the cash and disputes accounts; `step` names the step and its cumulative amount in micros."""
    what, in_all = step
    wallets.post_transfer(
        organization=dispute.payment.organization,
        booking=wallets.Booking(
            source=source,
            destination=destination,
            amount=Micros(amount_micros),
            kind=BookingKind.DISPUTE,
            key=f"dispute:{dispute.stripe_id}:{what}:{in_all}",
            cause=DISPUTE.of(dispute.pk),
            created_by=context.created_by,
            description=f"Dispute {dispute.stripe_id}: funds {what}",
        ),
        now=context.now,
        currency=dispute.payment.currency,
    )
