"""Subscriptions: their state is copied as Stripe has it now; one that ended stays ended."""

from dataclasses import dataclass
from datetime import UTC, datetime

from apps.common.errors import BillingError
from apps.contracts import services as contracts
from apps.contracts.models import Contract, Installment
from apps.outbox.services import enqueue
from apps.payments import issues, stripe_operations
from apps.payments.errors import NotReadyYet
from apps.payments.handlers import sessions
from apps.payments.handlers.occasion import Occasion
from apps.payments.handlers.sessions import NotOurs
from apps.payments.models import CheckoutSession, StripeEvent, StripeSubscription
from apps.payments.objects import ScheduleFacts, SubscriptionFacts
from apps.payments.waiting import wake

NEEDS_ATTENTION = ("unpaid", "paused", "incomplete_expired")
SCHEDULE_STOPPED = ("canceled", "aborted")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a subscription stands at Stripe; of one that ended, the invoices that were paid there."""

    facts: SubscriptionFacts
    paid_invoices: tuple[str, ...] = ()


def look_at_subscription(facts: SubscriptionFacts) -> Standing:
    """Ask Stripe how it stands now: events come in any order."""
    current = stripe_operations.fetch_subscription(facts.id)
    if current.status not in StripeSubscription.ENDED:
        return Standing(current)
    made = stripe_operations.invoices_of(current.customer)
    paid = [one.id for one in made if one.subscription == facts.id and one.status == "paid" and one.total]
    return Standing(current, tuple(paid))


def subscription_changed(facts: SubscriptionFacts, occasion: Occasion) -> None:
    """Copy the state; a late event never revives one that ended."""
    current: SubscriptionFacts = occasion.fetched.facts
    row = lock_subscription(facts.id, facts.metadata, occasion)
    if row.is_ended:
        return
    _copy(row, current, occasion)
    if row.status != "trialing":
        _close(issues.Kind.TRIAL_ENDS, row, occasion)
    if row.is_ended:
        _end_contract(row, occasion)
    elif row.status in NEEDS_ATTENTION:
        issues.open_issue(
            issues.Kind.SUBSCRIPTION,
            organization=row.organization,
            subject=row.stripe_id,
            detail=f"The subscription is {row.status}: Stripe collects nothing for contract {row.contract_id}.",
            now=occasion.now,
        )
    else:
        _close(issues.Kind.SUBSCRIPTION, row, occasion)


def trial_will_end(facts: SubscriptionFacts, occasion: Occasion) -> None:
    """The time before the first payment ends in some days: staff are told, until it has."""
    subscription_changed(facts, occasion)
    row = lock_subscription(facts.id, facts.metadata, occasion)
    if row.status == "trialing":
        when = f"on {row.current_period_end:%Y-%m-%d}" if row.current_period_end else "soon"
        issues.open_issue(
            issues.Kind.TRIAL_ENDS,
            organization=row.organization,
            subject=row.stripe_id,
            detail=f"Stripe takes the first payment for contract {row.contract_id} {when}.",
            now=occasion.now,
        )


def _close(kind: issues.Kind, row: StripeSubscription, occasion: Occasion) -> None:
    issues.close_issue(kind, subject=row.stripe_id, resolution=f"It is {row.status}", now=occasion.now)


def subscription_deleted(facts: SubscriptionFacts, occasion: Occasion) -> None:
    """It ended: so does the contract, unless we ended it ourselves or the term is over."""
    row = lock_subscription(facts.id, facts.metadata, occasion)
    if row.status != "canceled":
        _copy(row, facts, occasion)
        row.status = "canceled"
        row.save(update_fields=["status"])
        _end_contract(row, occasion)
    _close(issues.Kind.TRIAL_ENDS, row, occasion)


def _wait_for_money(occasion: Occasion) -> None:
    """Let what was paid before the end be settled before the end: it came before, whichever is told first.

    What staff have to decide on is not waited for.

    Raises:
        NotReadyYet: the payment of an invoice is still on its way.
    """
    for invoice_id in reversed(occasion.fetched.paid_invoices):
        told = StripeEvent.objects.filter(object_id=invoice_id, type="invoice.paid")
        if told.exclude(state=StripeEvent.State.RECEIVED).exists():
            continue
        raise NotReadyYet(f"Invoice {invoice_id} was paid before it ended, and is not settled yet", invoice_id)


def schedule_changed(facts: ScheduleFacts, occasion: Occasion) -> None:
    """We make no schedules; one that staff put on a subscription of ours and that stops early is shown to them."""
    row = StripeSubscription.objects.filter(stripe_id=facts.subscription).exclude(stripe_id="").first()
    if row is None:
        raise NotOurs
    if facts.status in SCHEDULE_STOPPED and not row.is_ended:
        issues.open_issue(
            issues.Kind.SUBSCRIPTION,
            organization=row.organization,
            subject=facts.id,
            detail=f"A schedule of subscription {row.stripe_id} is {facts.status}.",
            now=occasion.now,
        )


def note_subscription(subscription_id: str, session: CheckoutSession, occasion: Occasion) -> StripeSubscription:
    """Know a subscription by the session that began it, and show it on the contract."""
    assert session.contract_id is not None, "a subscription's session has its contract"
    row, created = StripeSubscription.objects.get_or_create(
        stripe_id=subscription_id,
        defaults={
            "organization_id": session.organization_id,
            "contract_id": session.contract_id,
            "status": "active",
            "created_at": occasion.now,
            "updated_at": occasion.now,
        },
    )
    if created:
        contracts.record_arrangement(
            contract_id=session.contract_id, stripe_subscription_id=subscription_id, now=occasion.now
        )
        enqueue(
            "payments.arrange_contract",
            now=occasion.now,
            key=f"arrange-contract:{session.contract_id}:{subscription_id}",
            arguments={"contract_id": str(session.contract_id)},
        )
        wake([subscription_id], now=occasion.now)
    return row


def lock_subscription(subscription_id: str, metadata: dict[str, str], occasion: Occasion) -> StripeSubscription:
    """Lock a subscription's row, made from the session that its metadata names where it is seen for the first time.

    Raises:
        NotOurs: nothing of ours made it. NotReadyYet: what made it is not here yet.
    """
    if not StripeSubscription.objects.filter(stripe_id=subscription_id).exists():
        session = sessions.lock_referenced(metadata)
        if session is None and sessions.reference_id(metadata) is None:
            raise NotOurs
        if session is None or session.contract_id is None:
            raise NotReadyYet("The session that began it is not here", waits_for=subscription_id)
        note_subscription(subscription_id, session, occasion)
    return StripeSubscription.objects.select_for_update(no_key=True).get(stripe_id=subscription_id)


def _copy(row: StripeSubscription, facts: SubscriptionFacts, occasion: Occasion) -> None:
    row.status = facts.status
    row.cancel_at = _moment(facts.cancel_at)
    row.current_period_end = _moment(facts.current_period_end)
    row.updated_at = occasion.now
    row.save(update_fields=["status", "cancel_at", "current_period_end", "updated_at"])


def _end_contract(row: StripeSubscription, occasion: Occasion) -> None:
    contracts.forget_subscription(contract_id=row.contract_id, stripe_subscription_id=row.stripe_id, now=occasion.now)
    contract = Contract.objects.get(pk=row.contract_id)
    rows = Installment.objects.filter(contract=contract)
    left = [installment for installment in rows if installment.is_open]
    is_over = contract.is_ended or contract.end_date <= occasion.now.date()
    if row.ended_by_us or is_over or not left:
        return
    _wait_for_money(occasion)
    try:
        contracts.cancel_contract(contract_id=contract.pk, reason="The subscription ended at Stripe", now=occasion.now)
    except BillingError as error:
        issues.open_issue(
            issues.Kind.SUBSCRIPTION,
            organization=row.organization,
            subject=row.stripe_id,
            detail=f"It ended at Stripe, and the contract could not be cancelled: {error.detail}",
            now=occasion.now,
        )


def _moment(seconds: int) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
