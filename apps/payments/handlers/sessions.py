"""Find, lock and move the checkout session that an event is about. Its metadata must agree with our row."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast
from uuid import UUID

import orjson

from apps.common.money import from_minor_units
from apps.common.queries import Query, fetch, prepared_rows
from apps.common.rows import read_row
from apps.payments import stripe_operations
from apps.payments.errors import EventBusy, NotReadyYet, StripeRefused
from apps.payments.event_context import EventContext
from apps.payments.event_rows import EventRows, SessionPart, SessionRows
from apps.payments.handlers.customers import adopt_customer
from apps.payments.models import (
    CHECKOUT_TRANSITIONS,
    CheckoutPart,
    CheckoutSession,
    PaymentLink,
    StripeCustomer,
    StripeEvent,
    StripePayment,
)
from apps.payments.references import ObjectKind, kind_of_reference, row_id
from apps.payments.services.unapplied import ContradictsRow
from apps.payments.stripe_objects import CheckoutFacts, CustomerFacts, IntentFacts
from apps.tenants.models import Organization
from apps.top_ups.models import TopUpAttempt

State = CheckoutSession.State


OPEN = "SELECT session_open(%s::bigint, %s::text, %s::uuid, %s::text)::text"


_WAITING = """COALESCE((
    SELECT json_build_object(
        'event', e,
        'saves', (SELECT s.saves_method FROM payments_checkoutsession s WHERE s.stripe_id = e.object_id LIMIT 1),
        'intent', (
            SELECT p.payment_intent_id
            FROM payments_checkoutsession s JOIN payments_stripepayment p ON p.checkout_id = s.id
            WHERE s.stripe_id = e.object_id LIMIT 1
        )
    )
    FROM payments_stripeevent e WHERE e.event_id = %s AND e.state = %s
), '{}')"""


class NotOurs(Exception):
    """The event is not about an object of ours."""


@dataclass(frozen=True, slots=True)
class SessionLookup:
    """Data of a session at Stripe: its payer if not known here, its payment, and the saved payment method.

    `intent` is set only if no event of the payment has reported the captured amount. `default_method` is the customer's
    default payment method for invoices.
    """

    payer: CustomerFacts | None = None
    intent: IntentFacts | None = None
    payment_method: str = ""
    is_attached: bool = False
    default_method: str = ""


@dataclass(frozen=True, slots=True)
class IntentLookup:
    """Data of a payment at Stripe: the session it was manually captured for, and the payment method saved there.

    `is_alone` is true if a customer of ours paid without a session of ours and without an invoice. `under_way` says for
    each invoice of an unsuccessful payment whether another payment of it is in progress.
    """

    session: CheckoutFacts | None = None
    look: SessionLookup = SessionLookup()
    is_alone: bool = False
    under_way: Mapping[str, bool] = field(default_factory=dict)


def waiting_event(event_id: str) -> StripeEvent | None:
    """Return an event that was not handled yet, with the data that `look_up_session` needs of its session.

    That is `session_saves`, whether the session saves a payment method, and `noted_intent`, the intent of its payment;
    both are None if no such row is known by Stripe's id of the session.
    """
    read = fetch(Query(_WAITING, (event_id, StripeEvent.State.RECEIVED.value), dict[str, Any]))
    if not read:
        return None
    event: Any = read_row(StripeEvent, read["event"])
    event.session_saves, event.noted_intent = read["saves"], read["intent"]
    return cast(StripeEvent, event)


def look_up_session(facts: CheckoutFacts, event: Any) -> SessionLookup:
    """Fetch the data that a session's event lacks from Stripe."""
    named = reference_id(facts.metadata)
    if not named and not _is_of_our_link(facts):
        return SessionLookup()
    is_noted = bool(facts.payment_intent) and event.noted_intent == facts.payment_intent
    intent = None if is_noted else _look_up_captured_payment(facts)
    if not facts.customer or not named:
        return SessionLookup(intent=intent)
    saves = event.session_saves
    if saves is None:
        saves = CheckoutSession.objects.filter(pk=named).values_list("saves_method", flat=True).first()
    if saves and facts.status == "complete":
        return replace(_look_up_saved_method(facts), intent=intent)
    if saves is not None or StripeCustomer.objects.filter(stripe_id=facts.customer).exists():
        return SessionLookup(intent=intent)
    return SessionLookup(payer=stripe_operations.fetch_customer(facts.customer), intent=intent)


def look_up_intent(facts: IntentFacts) -> IntentLookup:
    """Fetch the session or invoices of a payment, if no other event reports them.

    That is the session of a manually captured payment. For a payment without our reference by a customer of ours, it is
    the invoices it pays: only such payments report that a debit is in progress.
    """
    if attempt_id := row_id(facts.metadata.get("reference", ""), ObjectKind.TOP_UP_ATTEMPT):
        is_lost = facts.status == "succeeded" and not TopUpAttempt.objects.filter(pk=attempt_id).exists()
        return IntentLookup(is_alone=is_lost and StripeCustomer.objects.filter(stripe_id=facts.customer).exists())
    if not _is_from_us(facts.metadata):
        by_our_customer = StripeCustomer.objects.filter(stripe_id=facts.customer).exclude(stripe_id="").exists()
        invoices = stripe_operations.invoices_paid_by(facts.id) if by_our_customer else ()
        if facts.status == "succeeded":
            return IntentLookup(is_alone=by_our_customer and not invoices)
        return IntentLookup(under_way={each: stripe_operations.is_under_way(each) for each in invoices})
    if facts.status != "succeeded" or not facts.is_captured_by_hand:
        return IntentLookup()
    named = reference_id(facts.metadata)
    row = CheckoutSession.objects.filter(pk=named).first() if named else None
    if row is None or not row.stripe_id:
        return IntentLookup()
    session = stripe_operations.fetch_session(row.stripe_id)
    saved = _look_up_saved_method(session) if row.saves_method else SessionLookup()
    return IntentLookup(session, replace(saved, intent=facts))


def _is_of_our_link(facts: CheckoutFacts) -> bool:
    return bool(facts.payment_link) and PaymentLink.objects.filter(stripe_id=facts.payment_link).exists()


def _look_up_captured_payment(facts: CheckoutFacts) -> IntentFacts | None:
    if not facts.is_paid or not facts.payment_intent:
        return None
    if StripePayment.objects.filter(payment_intent_id=facts.payment_intent).exists():
        return None  # the payment's own events have reported it, or it is settled
    try:
        return stripe_operations.fetch_intent(facts.payment_intent)
    except StripeRefused:
        return None


def _look_up_saved_method(facts: CheckoutFacts) -> SessionLookup:
    saved = stripe_operations.fetch_session(facts.id).payment_method
    if not saved:
        return SessionLookup()
    attached = stripe_operations.fetch_method(saved).customer == facts.customer
    default = stripe_operations.fetch_customer(facts.customer).default_payment_method
    return SessionLookup(payment_method=saved, is_attached=attached, default_method=default)


def lock_rows(event_pk: int, facts: CheckoutFacts) -> tuple[StripeEvent, EventRows]:
    """Lock an event and its session, and read the data for settling the session, in one statement.

    Raises:
        EventBusy: another worker holds the event.
    """
    named = None if facts.payment_link else reference_id(facts.metadata)
    ((text,),) = prepared_rows(OPEN, [event_pk, facts.id, named, facts.payment_intent])
    if text is None:
        raise EventBusy
    read = orjson.loads(text)
    event = read_row(StripeEvent, read["event"])
    if "session" not in read:
        return event, EventRows(event=event)
    session, owner = read_row(CheckoutSession, read["session"]), read_row(Organization, read["organization"])
    payment = read["payment"] and read_row(StripePayment, read["payment"])
    for row in (session, payment):
        if row:
            row.organization = owner
    return event, EventRows(
        event=event,
        about=SessionRows(
            session=session,
            payment=payment,
            issues=frozenset(read["issues"] or ()),
            has_waiting=read["waiting"],
            grant_id=read["grant_id"],
            parts=tuple(SessionPart(*part) for part in read["parts"] or ()),
            contracts=read["contracts"],
        ),
    )


def lock_session(facts: CheckoutFacts, context: EventContext) -> CheckoutSession:
    """Return a session's locked row, recreated if it was lost; check that both agree, and store Stripe's ids.

    Raises:
        NotOurs: we did not create it. NotReadyYet: its row is not here yet. ContradictsRow: it disagrees with the row.
    """
    about = context.rows.about
    row = about.session if about is not None else _of_link(facts, context) or _recovered(facts, context)
    context.rows.changes.watch(row)
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
        context.rows.changes.save(row, *told, "updated_at")
    return row


def move(row: CheckoutSession, to: CheckoutSession.State, context: EventContext) -> bool:
    """Move a locked session to a state if the transition is legal; return whether it moved.

    Late events move nothing.
    """
    if to not in CHECKOUT_TRANSITIONS[State(row.state)]:
        return False
    row.state = to
    row.updated_at = context.now
    context.rows.changes.save(row, "state", "updated_at")
    return True


def reference_id(metadata: dict[str, str]) -> UUID | None:
    """Return the id of our session row from the reference in metadata, or None."""
    return row_id(metadata.get("reference", ""), ObjectKind.CHECKOUT)


def _is_from_us(metadata: dict[str, str]) -> bool:
    """Return whether metadata names a session or payment link of ours."""
    return (
        reference_id(metadata) is not None
        or kind_of_reference(metadata.get("reference", "")) == ObjectKind.PAYMENT_LINK
    )


def lock_referenced(metadata: dict[str, str], context: EventContext) -> CheckoutSession | None:
    """Lock and return the session that metadata names, if there is one."""
    named = reference_id(metadata)
    rows = CheckoutSession.objects.select_for_update(no_key=True, of=("self",)).select_related("organization")
    row = rows.filter(pk=named).first() if named else None
    if row is not None:
        context.rows.changes.watch(row)
    return row


def _refuse_disagreement(facts: CheckoutFacts, row: CheckoutSession) -> None:
    if row.stripe_id not in (None, facts.id):
        raise ContradictsRow(f"{row} is session {row.stripe_id} at Stripe, not {facts.id}", row.organization)
    if row.customer_id and facts.customer != row.customer_id:
        raise ContradictsRow(f"The customer is {facts.customer or 'none'}, not {row.customer_id}", row.organization)
    told = facts.metadata.get("organization", str(row.organization_id))
    if told != str(row.organization_id):
        raise ContradictsRow("Its metadata names another organization", row.organization)


def _of_link(facts: CheckoutFacts, context: EventContext) -> CheckoutSession | None:
    """Create the row of a session that a visitor of one of our payment links opened; the link has the installment."""
    if not facts.payment_link:
        return None
    link = PaymentLink.objects.select_related("installment").filter(stripe_id=facts.payment_link).first()
    if link is None and not _is_from_us(facts.metadata):
        raise NotOurs  # if a customer of ours paid at it, the payment's own event posts the money
    if link is None:
        raise NotReadyYet("Its payment link has not arrived yet", waits_for=facts.payment_link)
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
    """Recreate the lost row of a top-up, for example after restoring a backup, from Stripe's session.

    Raises:
        ContradictsRow: it was for something else, such as a contract; its parts were lost with the row.
    """
    named = reference_id(facts.metadata)
    if named is None:
        raise NotOurs
    customer = StripeCustomer.objects.filter(stripe_id=facts.customer).first()
    if customer is None and context.fetched.payer is not None:
        customer = adopt_customer(context.fetched.payer, context)
    if customer is None:
        raise NotReadyYet("Its session has not arrived yet", waits_for=facts.id)
    if facts.metadata.get("purpose") != CheckoutSession.Purpose.TOP_UP:
        raise ContradictsRow("Its session has no row here", customer.organization)
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
