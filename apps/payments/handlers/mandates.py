"""Mandates: the payer agrees at checkout that later installments are charged to the saved payment method."""

from apps.outbox.services import enqueue
from apps.payments import issues
from apps.payments.event_context import EventContext
from apps.payments.handlers.sessions import NotOurs, SessionLookup
from apps.payments.models import CheckoutSession, Mandate
from apps.payments.services.mandates import remove_method
from apps.payments.services.top_up_settings import forget_card, note_card
from apps.payments.stripe_objects import MethodFacts


def store_mandate(row: CheckoutSession, look: SessionLookup, context: EventContext) -> None:
    """Store the payment method that a session saved for its contract, and charge due installments to it.

    Nothing is stored if the session's installments are not settled because the schedule changed meanwhile: the payer
    goes through checkout again for the new schedule.
    """
    if row.contract_id is None or not look.payment_method:
        return
    context.rows.write(now=context.now)
    contract = row.contract
    if contract is None or contract.is_ended or not _was_paid_for(row):
        return
    Mandate.objects.update_or_create(
        organization_id=contract.organization_id,
        contract=contract,
        defaults={
            "customer_id": row.customer_id,
            "payment_method_id": look.payment_method,
            "customer_default_id": look.default_method,
            "given_at": context.now,
            "updated_at": context.now,
        },
    )
    issues.close_issue(
        issues.Kind.METHOD_REMOVED, subject=str(contract.pk), resolution="Another one was saved", now=context.now
    )
    if not look.is_attached:
        remove_method(look.payment_method, now=context.now)
    enqueue(
        "payments.arrange_contract",
        now=context.now,
        key=f"arrange-contract:{contract.pk}:{row.stripe_id}",
        arguments={"contract_id": str(contract.pk)},
    )


def _was_paid_for(row: CheckoutSession) -> bool:
    """Return whether all installments of a session are settled; a setup session has none."""
    return all(part.installment.is_settled for part in row.parts.select_related("installment"))


def method_detached(facts: MethodFacts, context: EventContext) -> None:
    """Stop charging a payment method that its owner removed.

    Raises:
        NotOurs: neither a contract nor automatic top-up uses it.
    """
    was_topped_up = forget_card(method_id=facts.id, now=context.now)
    if not remove_method(facts.id, now=context.now) and not was_topped_up:
        raise NotOurs


def method_updated(facts: MethodFacts, context: EventContext) -> None:
    """Store a saved card's new expiry, which banks report when they replace a card.

    Raises:
        NotOurs: automatic top-up does not use it.
    """
    if not note_card(card=facts, now=context.now):
        raise NotOurs
