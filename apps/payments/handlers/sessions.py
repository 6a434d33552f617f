"""Which session of ours an event is about. Metadata alone never decides: our row must agree with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db.models import Q

from apps.common.money import from_minor_units
from apps.payments import stripe_operations
from apps.payments.errors import NotReadyYet, StripeRefused
from apps.payments.event_context import EventContext
from apps.payments.handlers.customers import adopt_customer
from apps.payments.models import (
    CHECKOUT_TRANSITIONS,
    CheckoutPart,
    CheckoutSession,
    PaymentLink,
    StripeCustomer,
    StripePayment,
)
from apps.payments.references import Made, made_of, row_id
from apps.payments.services.unapplied import Misfit
from apps.payments.stripe_objects import CheckoutFacts, CustomerFacts, IntentFacts

State = CheckoutSession.State


class NotOurs(Exception):
    """The event is about something that is none of ours."""


@dataclass(frozen=True, slots=True)
class Look:
    """What Stripe says of a session: who pays, where that is not known here, what was received by it, and what was
    saved there to be charged.

    `intent` is there where no event of the payment has told what was captured. `default_method` is the payment method
    that the customer's invoices are charged to otherwise.
    """

    payer: CustomerFacts | None = None
    intent: IntentFacts | None = None
    payment_method: str = ""
    is_attached: bool = False
    default_method: str = ""


@dataclass(frozen=True, slots=True)
class CapturedLook:
    """What Stripe has beside a payment: the session it was captured by hand for, and what was saved there.

    `is_alone` is true of a customer's payment that is for no session of ours and no invoice. `under_way` says of each
    invoice that one which has not succeeded is to pay, whether a payment of it is under way now.
    """

    session: CheckoutFacts | None = None
    look: Look = Look()
    is_alone: bool = False
    under_way: Mapping[str, bool] = field(default_factory=dict)


def look_at_session(facts: CheckoutFacts) -> Look:
    """Ask Stripe for what the event of a session does not say."""
    named = reference_id(facts.metadata)
    if not named and not _is_of_our_link(facts):
        return Look()
    intent = _look_at_what_came(facts)
    if not facts.customer or not named:
        return Look(intent=intent)
    row = CheckoutSession.objects.filter(Q(stripe_id=facts.id) | Q(pk=named)).first()
    if row is not None and row.saves_method and facts.status == "complete":
        return replace(_look_at_what_was_saved(facts), intent=intent)
    if row is not None or StripeCustomer.objects.filter(stripe_id=facts.customer).exists():
        return Look(intent=intent)
    return Look(payer=stripe_operations.fetch_customer(facts.customer), intent=intent)


def look_at_intent(facts: IntentFacts) -> CapturedLook:
    """Ask Stripe what a payment belongs to, where no other event tells of it.

    That is the session of a payment that was captured by hand, and the invoices that one which names nothing of ours,
    on a customer of ours, pays: only such a payment tells that a debit is under way.
    """
    if not _is_from_us(facts.metadata):
        by_our_customer = StripeCustomer.objects.filter(stripe_id=facts.customer).exclude(stripe_id="").exists()
        invoices = stripe_operations.invoices_paid_by(facts.id) if by_our_customer else ()
        if facts.status == "succeeded":
            return CapturedLook(is_alone=by_our_customer and not invoices)
        return CapturedLook(under_way={each: stripe_operations.is_under_way(each) for each in invoices})
    if facts.status != "succeeded" or not facts.is_captured_by_hand:
        return CapturedLook()
    named = reference_id(facts.metadata)
    row = CheckoutSession.objects.filter(pk=named).first() if named else None
    if row is None or not row.stripe_id:
        return CapturedLook()
    session = stripe_operations.fetch_session(row.stripe_id)
    saved = _look_at_what_was_saved(session) if row.saves_method else Look()
    return CapturedLook(session, replace(saved, intent=facts))


def _is_of_our_link(facts: CheckoutFacts) -> bool:
    return bool(facts.payment_link) and PaymentLink.objects.filter(stripe_id=facts.payment_link).exists()


def _look_at_what_came(facts: CheckoutFacts) -> IntentFacts | None:
    if not facts.is_paid or not facts.payment_intent:
        return None
    if StripePayment.objects.filter(payment_intent_id=facts.payment_intent).exists():
        return None  # its own events have told, or all of it is settled
    try:
        return stripe_operations.fetch_intent(facts.payment_intent)
    except StripeRefused:
        return None


def _look_at_what_was_saved(facts: CheckoutFacts) -> Look:
    saved = stripe_operations.fetch_session(facts.id).payment_method
    if not saved:
        return Look()
    attached = stripe_operations.fetch_method(saved).customer == facts.customer
    default = stripe_operations.fetch_customer(facts.customer).default_payment_method
    return Look(payment_method=saved, is_attached=attached, default_method=default)


def lock_session(facts: CheckoutFacts, context: EventContext) -> CheckoutSession:
    """Lock the session's row, adopting it where the answer that named it was lost, and check that it agrees.

    Raises:
        NotOurs: nothing of ours made it. NotReadyYet: what made it is not here yet. Misfit: it does not agree.
    """
    row = _locked(stripe_id=facts.id) or _named(facts) or _of_link(facts, context) or _recovered(facts, context)
    _refuse_disagreement(facts, row)
    told = {
        "stripe_id": facts.id,
        "payment_intent_id": facts.payment_intent or row.payment_intent_id,
        "customer_id": row.customer_id or facts.customer,
        "state": State.OPEN if row.state == State.REQUESTED else row.state,
    }
    if any(getattr(row, name) != value for name, value in told.items()):
        for name, value in told.items():
            setattr(row, name, value)
        row.updated_at = context.now
        row.save(update_fields=[*told, "updated_at"])
    return row


def move(row: CheckoutSession, to: CheckoutSession.State, context: EventContext) -> bool:
    """Move a locked session where that is legal; a late event that would take it back moves nothing."""
    if to not in CHECKOUT_TRANSITIONS[State(row.state)]:
        return False
    row.state = to
    row.updated_at = context.now
    row.save(update_fields=["state", "updated_at"])
    return True


def reference_id(metadata: dict[str, str]) -> UUID | None:
    """Return our row's id from the reference that what we make at Stripe carries."""
    return row_id(metadata.get("reference", ""), Made.CHECKOUT)


def _is_from_us(metadata: dict[str, str]) -> bool:
    """Say whether metadata is that of a session or a payment link of ours."""
    return reference_id(metadata) is not None or made_of(metadata.get("reference", "")) == Made.PAYMENT_LINK


def lock_referenced(metadata: dict[str, str]) -> CheckoutSession | None:
    """Lock the session that metadata names, if there is one."""
    named = reference_id(metadata)
    return _locked(pk=named) if named else None


def _locked(**wanted: object) -> CheckoutSession | None:
    rows = CheckoutSession.objects.select_for_update(no_key=True, of=("self",)).select_related("organization")
    return rows.filter(**wanted).first()


def _named(facts: CheckoutFacts) -> CheckoutSession | None:
    return None if facts.payment_link else lock_referenced(facts.metadata)


def _refuse_disagreement(facts: CheckoutFacts, row: CheckoutSession) -> None:
    if row.stripe_id not in (None, facts.id):
        raise Misfit(f"{row} is paid by another session, {row.stripe_id}, and not by {facts.id}", row.organization)
    if row.customer_id and facts.customer != row.customer_id:
        raise Misfit(f"The customer is {facts.customer or 'none'}, and not {row.customer_id}", row.organization)
    told = facts.metadata.get("organization", str(row.organization_id))
    if told != str(row.organization_id):
        raise Misfit("Its metadata names another organization", row.organization)


def _of_link(facts: CheckoutFacts, context: EventContext) -> CheckoutSession | None:
    """Make the row of a session that a visitor to one of our payment links opened; the link says what it is for."""
    if not facts.payment_link:
        return None
    link = PaymentLink.objects.select_related("installment").filter(stripe_id=facts.payment_link).first()
    if link is None and not _is_from_us(facts.metadata):
        raise NotOurs  # where a customer of ours paid at it, the payment itself tells
    if link is None:
        raise NotReadyYet("The payment link is not known here", waits_for=facts.payment_link)
    row, created = CheckoutSession.objects.get_or_create(
        stripe_id=facts.id,
        defaults={
            "organization_id": link.organization_id,
            "purpose": CheckoutSession.Purpose.INSTALLMENT,
            "contract_id": link.installment.contract_id,
            "amount_micros": link.amount_micros,
            "currency": link.currency,
            "state": State.EXPIRED if facts.status == "expired" else State.PROCESSING,
            "created_by": link.created_by,
            "created_at": context.now,
            "updated_at": context.now,
        },
    )
    if created:
        CheckoutPart.objects.create(
            organization_id=row.organization_id,
            session=row,
            installment=link.installment,
            position=0,
            amount_micros=link.amount_micros,
        )
    return row


def _recovered(facts: CheckoutFacts, context: EventContext) -> CheckoutSession:
    """Make a top-up's row again that we had and lost, as after a restored backup, from what Stripe keeps.

    Raises:
        Misfit: it was for a contract, and which installments it was for is lost with the row.
    """
    named = reference_id(facts.metadata)
    if named is None:
        raise NotOurs
    customer = StripeCustomer.objects.filter(stripe_id=facts.customer).first()
    if customer is None and context.fetched.customer is not None:
        customer = adopt_customer(context.fetched.customer, context)
    if customer is None:
        raise NotReadyYet("The session it belongs to is not here", waits_for=facts.id)
    if facts.metadata.get("purpose") != CheckoutSession.Purpose.TOP_UP:
        raise Misfit("The session it belongs to is not here", customer.organization)
    return CheckoutSession.objects.create(
        pk=named,
        organization_id=customer.organization_id,
        purpose=CheckoutSession.Purpose.TOP_UP,
        amount_micros=from_minor_units(facts.amount_subtotal, customer.organization.currency),
        currency=customer.organization.currency,
        customer_id=customer.stripe_id,
        state=State.REQUESTED,
        created_by="system:recovery",
        created_at=context.now,
        updated_at=context.now,
    )
