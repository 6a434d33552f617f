"""Events of checkout sessions and their payments: paid money is posted, pending money waits, failures are shown."""

from uuid import UUID

from apps.common.errors import BillingError
from apps.common.money import Micros, from_minor_units, micros_per_minor_unit, payable_step
from apps.contracts import services as contracts
from apps.outbox.services import enqueue
from apps.payments import issues
from apps.payments.errors import NotReadyYet
from apps.payments.event_context import EventContext
from apps.payments.handlers import sessions
from apps.payments.handlers.debits import follow_debits
from apps.payments.handlers.mandates import store_mandate
from apps.payments.handlers.sessions import NotOurs
from apps.payments.models import CheckoutSession, StripeCustomer, StripePayment
from apps.payments.references import ObjectKind, kind_of_reference, row_id
from apps.payments.services.automatic_top_ups import conclude
from apps.payments.services.settlement import Money, payment_of_session, settle_session, settle_unapplied
from apps.payments.services.top_up_settings import LOOK_AT_CARD, waits
from apps.payments.services.unapplied import ContradictsRow
from apps.payments.services.underpaid import AmountDue, subject_of_session, update_underpaid_issue
from apps.payments.shares import tax_within
from apps.payments.stripe_objects import ChargeFacts, CheckoutFacts, IntentFacts
from apps.top_ups.declines import Refusal
from apps.top_ups.models import TopUpAttempt
from apps.top_ups.state import SEND_TOP_UP

State = CheckoutSession.State
Purpose = CheckoutSession.Purpose


def session_completed(facts: CheckoutFacts, context: EventContext) -> None:
    """The payer completed the session. Money is posted only if it was paid or nothing was due."""
    row = _lock_session(facts, context)
    if row is None:
        return
    if facts.is_paid:
        _paid(row, facts, context.fetched, context)
    elif sessions.move(row, State.PROCESSING, context) or row.state == State.PROCESSING:
        _update_installments(row, context, failed=False)


def session_paid_later(facts: CheckoutFacts, context: EventContext) -> None:
    """A delayed payment arrived."""
    row = _lock_session(facts, context)
    if row is None:
        return
    _paid(row, facts, context.fetched, context)


def _lock_session(facts: CheckoutFacts, context: EventContext) -> CheckoutSession | None:
    """Lock a session's row; if the session contradicts it, post the session's money as unapplied and return None."""
    try:
        return sessions.lock_session(facts, context)
    except ContradictsRow as misfit:
        _post_unmatched_session(facts, misfit, context)
        return None


def _post_unmatched_session(facts: CheckoutFacts, misfit: ContradictsRow, context: EventContext) -> None:
    """Post the money of a session that disagrees with our row as unapplied.

    Raises:
        ContradictsRow: it brought no money.
    """
    if not facts.is_paid or not facts.amount_total:
        raise misfit
    intent = context.fetched.intent
    came = _received_money(
        f"unmatched:{facts.payment_intent or facts.id}", facts, intent.amount_received if intent else facts.amount_total
    )
    settle_unapplied(misfit.organization, came, str(misfit), context)


def session_failed(facts: CheckoutFacts, context: EventContext) -> None:
    """A delayed payment failed; nothing was posted for it, so nothing is reversed."""
    row = sessions.lock_session(facts, context)
    if not sessions.move(row, State.FAILED, context):
        return
    _update_installments(row, context, failed=True)
    issues.open_issue(
        issues.Kind.PAYMENT_FAILED,
        organization=row.organization,
        subject=facts.id,
        detail=f"The delayed payment of {row} failed. {row.last_failure}".strip(),
        now=context.now,
        sums=issues.IssueSums(expected_micros=row.amount_micros),
    )


def session_expired(facts: CheckoutFacts, context: EventContext) -> None:
    """The session expired unpaid; paying takes a new session."""
    sessions.move(sessions.lock_session(facts, context), State.EXPIRED, context)


def _paid(row: CheckoutSession, facts: CheckoutFacts, look: sessions.SessionLookup, context: EventContext) -> None:
    """Post a session's money, then store its payment method: if a delayed payment fails, the payer must pay again.

    The payment of an automatic top-up is booked like a charge of the saved card.
    """
    if row.attempt_id is not None:
        if look.intent is not None:
            conclude(attempt_id=row.attempt_id, facts=look.intent, refusal=Refusal(), now=context.now)
        sessions.move(row, State.PAID, context)
        return
    came = _received_money(row.reference, facts, _received(facts, look.intent, context), row)
    paid = settle_session(row, came, context) if came.amount else Micros(0)
    subject = subject_of_session(row.pk)
    if paid < row.amount_micros or context.rows.may_be_open(issues.Kind.UNDERPAID, subject):
        update_underpaid_issue(
            AmountDue(row.organization, subject, str(row), row.amount_micros, row.currency),
            paid,
            [("A coupon took off", from_minor_units(facts.amount_discount, row.currency))],
            now=context.now,
        )
    store_mandate(row, look, context)
    if row.purpose == Purpose.SAVE_CARD:
        _enqueue_card(row, context)
    sessions.move(row, State.PAID, context)


def _enqueue_card(row: CheckoutSession, context: EventContext) -> None:
    """Queue storing the card that the session saved for automatic top-up.

    A payment for credit ends a wait after a decline.
    """
    arguments = {"session_id": str(row.pk), "paid_at": context.created_at.isoformat()}
    enqueue(LOOK_AT_CARD, now=context.now, key=f"look-at-card:{row.pk}", arguments=arguments)


def _received(facts: CheckoutFacts, intent: IntentFacts | None, context: EventContext) -> int:
    """Return the captured amount, in the smallest unit: from Stripe, from the payment's own events, or the total."""
    if intent is not None:
        return intent.amount_received
    noted = context.rows.about.payment if context.rows.about is not None else None
    if noted is None or noted.settled_at is not None:
        return facts.amount_total
    return noted.amount_micros // micros_per_minor_unit(facts.currency)


def _received_money(key: str, facts: CheckoutFacts, received: int, row: CheckoutSession | None = None) -> Money:
    """Return the money of a paid session: the captured amount, and in it, in proportion, Stripe's tax or the row's."""
    amount, total, tax = (
        from_minor_units(each, facts.currency) for each in (received, facts.amount_total, facts.amount_tax)
    )
    if row is not None and row.tax_micros and not tax:
        total, tax = Micros(row.amount_micros + row.tax_micros), Micros(row.tax_micros)
    return Money(
        key=key,
        amount=amount,
        currency=facts.currency,
        tax=Micros(tax_within(amount, total_micros=total, tax_micros=tax, step_micros=payable_step(facts.currency))),
        payment_intent_id=facts.payment_intent,
    )


def _update_installments(row: CheckoutSession, context: EventContext, *, failed: bool) -> None:
    """Mark the installments of a session as processing or failed; one that refuses leaves a note on the session."""
    tell = contracts.mark_payment_failed if failed else contracts.mark_processing
    for part in row.parts.order_by("position"):
        try:
            tell(installment_id=part.installment_id, now=context.now)
        except BillingError as error:
            row.last_failure = error.detail
            context.rows.changes.save(row, "last_failure")


def intent_moved(facts: IntentFacts, context: EventContext) -> None:
    """A payment intent changed: store its ids for refunds and disputes. The session's own events post the money.

    A manually captured payment posts its money here, since its session completed unpaid. A failed attempt leaves the
    session open; a canceled payment ends it. An invoice's intent says whether its payment is in progress.

    Raises:
        NotOurs: we did not create it. NotReadyYet: it was captured manually and its session is not known yet.
    """
    attempt_id = row_id(facts.metadata.get("reference", ""), ObjectKind.TOP_UP_ATTEMPT)
    if attempt_id is not None and TopUpAttempt.objects.filter(pk=attempt_id).exists():
        _attempt_moved(attempt_id, facts, context)
        return
    row = sessions.lock_referenced(facts.metadata, context)
    if row is None and context.fetched and context.fetched.is_alone:
        _post_unmatched_intent(facts, context)
        return
    if row is None and context.fetched and context.fetched.under_way:
        follow_debits(context.fetched.under_way, context)
        return
    if row is None:
        raise NotOurs
    if facts.status == "succeeded":
        _note_ids(row, facts.id, facts.charge, facts.amount_received, facts.currency, context)
        if row.purpose == Purpose.TOP_UP and (facts.setup_future_usage or waits(row.organization_id)):
            _enqueue_card(row, context)
        if facts.is_captured_by_hand:
            captured: sessions.IntentLookup = context.fetched
            if captured.session is None:
                raise NotReadyYet("Its session has not arrived yet", waits_for=facts.id)
            _paid(row, captured.session, captured.look, context)
    elif facts.status == "canceled":
        sessions.move(row, State.FAILED, context)
    _note_failure(row, facts.failure, context)


def _attempt_moved(attempt_id: UUID, facts: IntentFacts, context: EventContext) -> None:
    """Book the result of an automatic top-up; a decline that is not final yet is left to the task that charges.

    That task cancels the payment first, so that it cannot succeed after the customer was notified of the decline.
    """
    if facts.status in ("succeeded", "canceled"):
        conclude(attempt_id=attempt_id, facts=facts, refusal=facts.refusal, now=context.now)
    elif facts.status != "processing":
        key = f"top-up:{attempt_id}:{context.event_id}"
        enqueue(SEND_TOP_UP, now=context.now, key=key, arguments={"attempt_id": str(attempt_id)})


def _post_unmatched_intent(facts: IntentFacts, context: EventContext) -> None:
    """Post a payment without session or invoice, such as one that staff took in Stripe's dashboard, as unapplied."""
    customer = StripeCustomer.objects.select_related("organization").get(stripe_id=facts.customer)
    came = Money(
        key=f"unmatched:{facts.id}",
        amount=from_minor_units(facts.amount_received, facts.currency),
        currency=facts.currency,
        payment_intent_id=facts.id,
    )
    settle_unapplied(customer.organization, came, "It was paid at Stripe without a session or invoice of ours", context)


def charge_moved(facts: ChargeFacts, context: EventContext) -> None:
    """A charge succeeded or failed: store its id or failure. Other events post the money.

    An invoice's charge carries no reference, a payment link's carries the link's. If the customer or link is ours, the
    event waits for its payment.

    Raises:
        NotOurs: we did not create it. NotReadyYet: its payment is not here yet.
    """
    payment = StripePayment.objects.filter(payment_intent_id=facts.payment_intent).exclude(payment_intent_id="")
    if payment.filter(charge_id=facts.id).exists():
        return
    if facts.status == "succeeded" and payment.filter(charge_id="").update(charge_id=facts.id):
        return
    row = sessions.lock_referenced(facts.metadata, context)
    if row is None and facts.status == "succeeded" and _is_for_us(facts):
        raise NotReadyYet("Its payment has not arrived yet", waits_for=facts.payment_intent)
    if row is None:
        raise NotOurs
    if facts.status == "succeeded":
        _note_ids(row, facts.payment_intent, facts.id, facts.amount_captured, facts.currency, context)
    _note_failure(row, facts.failure, context)


def _is_for_us(facts: ChargeFacts) -> bool:
    if kind_of_reference(facts.metadata.get("reference", "")) == ObjectKind.PAYMENT_LINK:
        return True
    return bool(facts.customer) and StripeCustomer.objects.filter(stripe_id=facts.customer).exists()


def _note_ids(
    row: CheckoutSession, intent_id: str, charge_id: str, amount: int, currency: str, context: EventContext
) -> None:
    """Store a session's payment and charge ids; the amount is final only once the payment is settled."""
    if not row.payment_intent_id and intent_id:
        row.payment_intent_id = intent_id
        context.rows.changes.save(row, "payment_intent_id")
    if not amount:
        return
    came = Money(
        key=row.reference, amount=from_minor_units(amount, currency), currency=currency, payment_intent_id=intent_id
    )
    payment = payment_of_session(row, came, context)
    if charge_id and not payment.charge_id:
        payment.charge_id = charge_id
        context.rows.changes.save(payment, "charge_id")


def _note_failure(row: CheckoutSession, failure: str, context: EventContext) -> None:
    if failure and row.state != State.PAID:
        row.last_failure = failure[:500]
        row.updated_at = context.now
        context.rows.changes.save(row, "last_failure", "updated_at")
