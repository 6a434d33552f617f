"""Which invoice of ours an event is about, and which instalments it is for."""

from datetime import UTC, datetime

from apps.common.money import Micros, from_minor_units
from apps.contracts import services as contracts
from apps.contracts.models import Installment
from apps.payments.errors import EventParked, NotReadyYet
from apps.payments.handlers.amounts import refuse_other_amount
from apps.payments.handlers.occasion import Occasion
from apps.payments.handlers.sessions import NotOurs, reference_id
from apps.payments.handlers.subscriptions import lock_subscription
from apps.payments.models import (
    CheckoutSession,
    ContractArrangement,
    InvoicePart,
    StripeCustomer,
    StripeInvoice,
    StripeSubscription,
)
from apps.payments.objects import InvoiceFacts

NEAREST_DAYS = 6
OURS = ("postpaid-invoice:", "instalment-invoice:")


def lock_invoice(facts: InvoiceFacts, occasion: Occasion) -> StripeInvoice:
    """Lock the invoice's row, adopting it where the answer that named it was lost; check that it agrees.

    Raises:
        NotOurs: nothing of ours made it. NotReadyYet: what made it is not here yet. EventParked: it does not agree.
    """
    row = _locked(stripe_id=facts.id) or _referenced(facts) or _of_subscription(facts, occasion)
    if row.stripe_id not in (None, facts.id):
        raise EventParked(f"Our row belongs to another invoice, {row.stripe_id}")
    if facts.status != "draft":
        _refuse_disagreement(facts, row)
    row.stripe_id = facts.id
    row.number = facts.number or row.number
    row.hosted_url = facts.hosted_invoice_url or row.hosted_url
    row.updated_at = occasion.now
    row.save(update_fields=["stripe_id", "number", "hosted_url", "updated_at"])
    return row


def _locked(**wanted: object) -> StripeInvoice | None:
    rows = StripeInvoice.objects.select_for_update(no_key=True, of=("self",)).select_related("organization")
    return rows.filter(**wanted).first()


def _referenced(facts: InvoiceFacts) -> StripeInvoice | None:
    reference = facts.metadata.get("reference", "")
    if not reference.startswith(OURS):
        return None
    row = _locked(reference=reference)
    if row is None:
        raise NotReadyYet("The invoice it belongs to is not here", waits_for=facts.id)
    return row


def _refuse_disagreement(facts: InvoiceFacts, row: StripeInvoice) -> None:
    refuse_other_amount(
        told=facts.total, currency=facts.currency, expected_micros=row.amount_micros, expected_currency=row.currency
    )
    owner = StripeCustomer.objects.filter(stripe_id=facts.customer).values_list("organization", flat=True).first()
    if owner is not None and owner != row.organization_id:
        raise EventParked("Its customer is another organization's than our row's")


def _of_subscription(facts: InvoiceFacts, occasion: Occasion) -> StripeInvoice:
    """Know an invoice that a subscription of ours made, and bind it to the instalments it is for."""
    if not facts.subscription:
        raise NotOurs
    subscription = lock_subscription(facts.subscription, facts.subscription_metadata, occasion)
    row, created = StripeInvoice.objects.get_or_create(
        stripe_id=facts.id,
        defaults={
            "organization_id": subscription.organization_id,
            "purpose": StripeInvoice.Purpose.INSTALMENTS,
            "reference": f"subscription-invoice:{facts.id}",
            "contract_id": subscription.contract_id,
            "subscription": subscription,
            "amount_micros": from_minor_units(facts.total, facts.currency),
            "currency": facts.currency,
            "created_at": occasion.now,
            "updated_at": occasion.now,
        },
    )
    if created:
        _bind(row, subscription, facts, occasion)
    found = _locked(pk=row.pk)
    assert found is not None
    return found


def _bind(row: StripeInvoice, subscription: StripeSubscription, facts: InvoiceFacts, occasion: Occasion) -> None:
    """Say which instalments the invoice is for: what its session billed at once, or the one of its period."""
    if facts.total == 0:
        return
    if facts.billing_reason == "subscription_create":
        parts = _billed_at_once(facts)
    else:
        installment = _of_period(subscription, facts)
        parts = [(installment.pk, _asked_of(installment, row, occasion))]
    if sum(amount for _, amount in parts) != row.amount_micros:
        raise EventParked("The invoice is over another amount than the instalments it is for")
    InvoicePart.objects.bulk_create(
        InvoicePart(invoice=row, installment_id=installment_id, position=position, amount_micros=amount)
        for position, (installment_id, amount) in enumerate(parts)
    )


def _asked_of(installment: Installment, row: StripeInvoice, occasion: Occasion) -> int:
    """Return what a subscription's invoice asks of the instalment of its period: what was left of it when it was made.

    Discounts that came after that take off the next one. What else was taken off since, and was paid all the same,
    will lie beside the instalment.
    """
    left = installment.payable_micros - installment.paid_micros
    if not left < row.amount_micros <= installment.amount_micros:
        return left
    late = Micros(row.amount_micros - left)
    following = contracts.postpone_discounts(installment_id=installment.pk, amount=late, now=occasion.now)
    if following is not None:
        _pass_on(installment, following, late, taken_off=installment.amount_micros - row.amount_micros)
    return row.amount_micros


def _pass_on(installment: Installment, following: Installment, late: Micros, *, taken_off: int) -> None:
    """Note that what Stripe was asked to take off, and did not take off this invoice, comes off the next one."""
    rows = ContractArrangement.objects.select_for_update(no_key=True).filter(contract=installment.contract_id)
    for arrangement in rows:
        lowered, this, after = arrangement.lowered, str(installment.pk), str(following.pk)
        waiting = min(late, max(0, lowered.get(this, 0) - taken_off))
        if waiting:
            arrangement.lowered = lowered | {this: lowered[this] - waiting, after: lowered.get(after, 0) + waiting}
            arrangement.save(update_fields=["lowered"])


def _billed_at_once(facts: InvoiceFacts) -> list[tuple[int, int]]:
    named = reference_id(facts.subscription_metadata)
    session = CheckoutSession.objects.filter(pk=named).first() if named else None
    if session is None:
        raise EventParked("The session that began the subscription is not known")
    return [(part.installment_id, part.amount_micros) for part in session.parts.order_by("position")]


def _of_period(subscription: StripeSubscription, facts: InvoiceFacts) -> Installment:
    """Return the instalment whose due date is nearest to the period's start and that no other invoice is for."""
    start = datetime.fromtimestamp(facts.period_start, UTC).date()
    bound = InvoicePart.objects.filter(invoice__contract=subscription.contract_id).exclude(
        invoice__state=StripeInvoice.State.VOID
    )
    rows = Installment.objects.filter(contract=subscription.contract_id, is_one_time=False)
    free = rows.exclude(pk__in=bound.values("installment")).exclude(state=Installment.State.SUPERSEDED)
    nearest = min(free, key=lambda row: (abs((row.due_date - start).days), row.pk), default=None)
    if nearest is None or abs((nearest.due_date - start).days) > NEAREST_DAYS:
        raise EventParked(f"No instalment is due about {start}")
    return nearest
