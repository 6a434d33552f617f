"""Checkout sessions and their payments: what is paid is posted, what is promised waits, what failed is told."""

from apps.common.errors import BillingError
from apps.common.money import Micros, from_minor_units, micros_per_minor_unit, payable_step
from apps.contracts import services as contracts
from apps.payments import issues
from apps.payments.errors import NotReadyYet
from apps.payments.event_context import EventContext
from apps.payments.handlers import sessions
from apps.payments.handlers.debits import follow_debits
from apps.payments.handlers.mandates import give_mandate
from apps.payments.handlers.sessions import NotOurs
from apps.payments.models import CheckoutSession, StripeCustomer, StripePayment
from apps.payments.references import Made, made_of
from apps.payments.services.settlement import Money, payment_of_session, settle_session, settle_unapplied
from apps.payments.services.unapplied import Misfit
from apps.payments.services.underpaid import AmountDue, subject_of_session, tell_underpaid
from apps.payments.shares import tax_within
from apps.payments.stripe_objects import ChargeFacts, CheckoutFacts, IntentFacts

State = CheckoutSession.State


def session_completed(facts: CheckoutFacts, context: EventContext) -> None:
    """The payer is through. Only where money came, or none was due, is anything posted."""
    try:
        row = sessions.lock_session(facts, context)
    except Misfit as misfit:
        _keep_stray(facts, misfit, context)
        return
    if facts.is_paid:
        _paid(row, facts, context.fetched, context)
    elif sessions.move(row, State.PROCESSING, context) or row.state == State.PROCESSING:
        _tell_installments(row, context, failed=False)


def session_paid_later(facts: CheckoutFacts, context: EventContext) -> None:
    """Promised money arrived."""
    try:
        row = sessions.lock_session(facts, context)
    except Misfit as misfit:
        _keep_stray(facts, misfit, context)
        return
    _paid(row, facts, context.fetched, context)


def _keep_stray(facts: CheckoutFacts, misfit: Misfit, context: EventContext) -> None:
    """Keep what came by a session that disagrees with our row.

    Raises:
        Misfit: nothing came by it.
    """
    if not facts.is_paid or not facts.amount_total:
        raise misfit
    intent = context.fetched.intent
    came = _came(
        f"unmatched:{facts.payment_intent or facts.id}", facts, intent.amount_received if intent else facts.amount_total
    )
    settle_unapplied(misfit.organization, came, str(misfit), context)


def session_failed(facts: CheckoutFacts, context: EventContext) -> None:
    """Promised money will never arrive; nothing was posted, so nothing is."""
    row = sessions.lock_session(facts, context)
    if not sessions.move(row, State.FAILED, context):
        return
    _tell_installments(row, context, failed=True)
    issues.open_issue(
        issues.Kind.PAYMENT_FAILED,
        organization=row.organization,
        subject=facts.id,
        detail=f"{row} was promised and not paid. {row.last_failure}".strip(),
        now=context.now,
        expected_micros=row.amount_micros,
    )


def session_expired(facts: CheckoutFacts, context: EventContext) -> None:
    """A day went by without payment; paying takes a new session."""
    sessions.move(sessions.lock_session(facts, context), State.EXPIRED, context)


def _paid(row: CheckoutSession, facts: CheckoutFacts, look: sessions.Look, context: EventContext) -> None:
    """Post what came, and only then rely on the payment method: where a promise fails, the payer comes to pay again."""
    came = _came(row.reference, facts, _received(row, facts, look.intent))
    paid = settle_session(row, came, context) if came.amount else Micros(0)
    tell_underpaid(
        AmountDue(row.organization, subject_of_session(row.pk), str(row), row.amount_micros, row.currency),
        paid,
        [("A coupon took off", from_minor_units(facts.amount_discount, row.currency))],
        now=context.now,
    )
    give_mandate(row, look, context)
    sessions.move(row, State.PAID, context)


def _received(row: CheckoutSession, facts: CheckoutFacts, intent: IntentFacts | None) -> int:
    """Return what was captured of a session's payment: as its own events told, or as it is at Stripe."""
    if intent is not None:
        return intent.amount_received
    noted = StripePayment.objects.filter(organization=row.organization_id, key=row.reference, settled_at=None)
    micros = noted.values_list("amount_micros", flat=True).first()
    return facts.amount_total if micros is None else micros // micros_per_minor_unit(facts.currency)


def _came(key: str, facts: CheckoutFacts, received: int) -> Money:
    """Say what came by a paid session: what was captured of it, and the part of its tax that is in that."""
    amount, total, tax = (
        from_minor_units(each, facts.currency) for each in (received, facts.amount_total, facts.amount_tax)
    )
    return Money(
        key=key,
        amount=amount,
        currency=facts.currency,
        tax=Micros(tax_within(amount, total_micros=total, tax_micros=tax, step_micros=payable_step(facts.currency))),
        payment_intent_id=facts.payment_intent,
    )


def _tell_installments(row: CheckoutSession, context: EventContext, *, failed: bool) -> None:
    """Let the installments of a session know that money is on its way, or is not; closed ones stay as they are."""
    tell = contracts.mark_payment_failed if failed else contracts.mark_processing
    for part in row.parts.order_by("position"):
        try:
            tell(installment_id=part.installment_id, now=context.now)
        except BillingError as error:
            row.last_failure = error.detail
            row.save(update_fields=["last_failure"])


def intent_moved(facts: IntentFacts, context: EventContext) -> None:
    """The payment of a session moved: its ids are noted for refunds and disputes; money is posted by the session.

    Only one that was captured by hand posts what was captured: its session was complete, and not paid, before that. A
    failed attempt leaves the session open; a canceled payment ends it. That of an invoice tells whether it is under
    way.

    Raises:
        NotOurs: nothing of ours made it. NotReadyYet: it was captured by hand, and its session is not known at Stripe.
    """
    row = sessions.lock_referenced(facts.metadata)
    if row is None and context.fetched and context.fetched.is_alone:
        _keep_lone(facts, context)
        return
    if row is None and context.fetched and context.fetched.under_way:
        follow_debits(context.fetched.under_way, context)
        return
    if row is None:
        raise NotOurs
    if facts.status == "succeeded":
        _note_ids(row, facts.id, facts.charge, facts.amount_received, facts.currency, context)
        if facts.is_captured_by_hand:
            captured: sessions.CapturedLook = context.fetched
            if captured.session is None:
                raise NotReadyYet("The session it was paid by is not known yet", waits_for=facts.id)
            _paid(row, captured.session, captured.look, context)
    elif facts.status == "canceled":
        sessions.move(row, State.FAILED, context)
    _note_failure(row, facts.failure, context)


def _keep_lone(facts: IntentFacts, context: EventContext) -> None:
    """Keep what a customer of ours paid for no session and no invoice, as staff can have it paid at Stripe by hand."""
    customer = StripeCustomer.objects.select_related("organization").get(stripe_id=facts.customer)
    came = Money(
        key=f"unmatched:{facts.id}",
        amount=from_minor_units(facts.amount_received, facts.currency),
        currency=facts.currency,
        payment_intent_id=facts.id,
    )
    settle_unapplied(customer.organization, came, "It was paid at Stripe for nothing of ours", context)


def charge_moved(facts: ChargeFacts, context: EventContext) -> None:
    """The same money again, by its charge: its ids are noted, nothing is posted.

    An invoice's charge names nothing of ours, a payment link's names the link: where the customer or the link is ours,
    it waits for its payment.

    Raises:
        NotOurs: nothing of ours made it. NotReadyYet: its payment is not here yet.
    """
    payment = StripePayment.objects.filter(payment_intent_id=facts.payment_intent).exclude(payment_intent_id="")
    if payment.filter(charge_id=facts.id).exists():
        return
    if facts.status == "succeeded" and payment.filter(charge_id="").update(charge_id=facts.id):
        return
    row = sessions.lock_referenced(facts.metadata)
    if row is None and facts.status == "succeeded" and _is_for_us(facts):
        raise NotReadyYet("The payment it belongs to is not here", waits_for=facts.payment_intent)
    if row is None:
        raise NotOurs
    if facts.status == "succeeded":
        _note_ids(row, facts.payment_intent, facts.id, facts.amount_captured, facts.currency, context)
    _note_failure(row, facts.failure, context)


def _is_for_us(facts: ChargeFacts) -> bool:
    if made_of(facts.metadata.get("reference", "")) == Made.PAYMENT_LINK:
        return True
    return bool(facts.customer) and StripeCustomer.objects.filter(stripe_id=facts.customer).exists()


def _note_ids(
    row: CheckoutSession, intent_id: str, charge_id: str, amount: int, currency: str, context: EventContext
) -> None:
    """Keep a session's payment and charge ids; what came is posted, and corrected here, when it is settled."""
    if not row.payment_intent_id and intent_id:
        row.payment_intent_id = intent_id
        row.save(update_fields=["payment_intent_id"])
    if not amount:
        return
    came = Money(
        key=row.reference, amount=from_minor_units(amount, currency), currency=currency, payment_intent_id=intent_id
    )
    payment = payment_of_session(row, came, context)
    if charge_id and not payment.charge_id:
        payment.charge_id = charge_id
        payment.save(update_fields=["charge_id"])


def _note_failure(row: CheckoutSession, failure: str, context: EventContext) -> None:
    if failure and row.state != State.PAID:
        row.last_failure = failure[:500]
        row.updated_at = context.now
        row.save(update_fields=["last_failure", "updated_at"])
