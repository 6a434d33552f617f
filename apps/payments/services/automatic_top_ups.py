"""Charge the saved card for a top-up attempt, and book the result once, whether an answer or an event reports it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.billing_profiles.errors import NoTaxRule, ProfileIncomplete, VatNumberMissing
from apps.billing_profiles.tax_choice import TaxOnTop
from apps.common.money import Micros, from_micros, from_minor_units, to_minor_units
from apps.common.transactions import serialized
from apps.invoices.errors import TaxRefused
from apps.notices.services import notify
from apps.outbox.services import enqueue
from apps.payments import issues, stripe_operations
from apps.payments.errors import StripeRefused
from apps.payments.event_context import EventContext
from apps.payments.models import StripePayment
from apps.payments.services.settlement import Money, settle_attempt, settle_unapplied
from apps.payments.services.stripe_requests import obtain, prepare
from apps.payments.services.tax_calculations import credit_reference, tax_of_credit
from apps.payments.services.top_up_settings import CANCELED, END_CONFIRMATION, NOT_OF_A_CHARGE, lift_stop, stop
from apps.payments.stripe_objects import IntentFacts
from apps.payments.stripe_texts import CREDIT, in_language_of
from apps.payments.top_up_links import confirmation_address
from apps.tenants.models import Organization
from apps.top_ups.declines import DeclineReaction, Refusal, blocked_until, consequence_of, kind_of, shown_reason
from apps.top_ups.models import LIVE, TopUp, TopUpAttempt
from apps.top_ups.selectors import recent_declines
from apps.top_ups.state import SEND_TOP_UP
from apps.wallets import services as wallets

State = TopUpAttempt.State
OPEN = (State.REQUESTED, State.SENT)
AFTER_OUR_FAULT = timedelta(hours=1)
NOT_AUTHENTICATED = "not_authenticated"
AUTHENTICATION_LASTS = timedelta(hours=24)


def charge_attempt(*, attempt_id: UUID, now: datetime) -> None:
    """Charge the saved card once for an attempt and book the result; a repeat sends the same idempotency key to Stripe.

    Raises:
        StripeUnavailable: the result is not known yet; a retry returns it.
    """
    try:
        attempt = _sent(attempt_id, _tax_of(attempt_id, now), now)
    except (NoTaxRule, VatNumberMissing, ProfileIncomplete, TaxRefused) as untaxed:
        conclude(attempt_id=attempt_id, facts=None, refusal=Refusal(untaxed.code, is_of_card=False), now=now)
        return
    if attempt is None:
        return
    try:
        facts: IntentFacts | None = obtain(
            stripe_operations.CREATE_INTENT, reference=attempt.reference, organization=attempt.organization, now=now
        )
        refusal = facts.refusal if facts is not None else Refusal()
    except StripeRefused as refused:
        facts, refusal = None, refusal_of(refused)
        if intent := refused.context.get("payment_intent"):
            facts = _ended(attempt, str(intent), now)
    if facts is not None and facts.status not in ("succeeded", "processing", "canceled"):
        facts = _ended(attempt, facts.id, now)
    if facts is None or facts.status != "processing":
        conclude(attempt_id=attempt_id, facts=facts, refusal=refusal, now=now)


def refusal_of(refused: StripeRefused) -> Refusal:
    """Return the codes with which Stripe refused a charge."""
    about = refused.context
    return Refusal(
        code=str(about.get("stripe_code") or ""),
        decline_code=str(about.get("decline_code") or ""),
        advice_code=str(about.get("advice_code") or ""),
        is_of_card=bool(about.get("is_of_card")),
    )


def _tax_of(attempt_id: UUID, now: datetime) -> TaxOnTop:
    """Return the tax on top of the credit that an attempt buys; none if the attempt was sent before or has ended.

    Raises:
        NoTaxRule, VatNumberMissing, ProfileIncomplete, TaxRefused: the tax on the credit is not known.
    """
    attempt = TopUpAttempt.objects.select_related("organization").filter(pk=attempt_id, state=State.REQUESTED).first()
    if attempt is None:
        return TaxOnTop()
    amount = Micros(attempt.amount_micros)
    return tax_of_credit(attempt.organization, amount, reference=credit_reference(attempt.pk), now=now)


@transaction.atomic
def _sent(attempt_id: UUID, tax: TaxOnTop, now: datetime) -> TopUpAttempt | None:
    """Mark an attempt as sent and store its request; return None if it has ended or may no longer be charged."""
    attempt = TopUpAttempt.objects.select_for_update(no_key=True).filter(pk=attempt_id, state__in=OPEN).first()
    if attempt is None:
        return None
    attempt.organization = Organization.objects.get(pk=attempt.organization_id)
    if attempt.state == State.SENT:
        return attempt
    top_up = TopUp.objects.get(pk=attempt.organization_id)
    declines = recent_declines(attempt.organization_id, top_up.card_fingerprint, now)
    is_active = attempt.organization.status == Organization.Status.ACTIVE
    may_charge = top_up.is_enabled and not top_up.stopped_reason and top_up.payment_method_id and is_active
    if not may_charge or blocked_until(declines, now) is not None:
        attempt.state, attempt.reason, attempt.settled_at = State.CANCELED, CANCELED, now
        attempt.save(update_fields=["state", "reason", "settled_at"])
        return None
    taxed = tax.columns
    for name, value in taxed.items():
        setattr(attempt, name, value)
    attempt.state, attempt.sent_at = State.SENT, now
    attempt.payment_method_id, attempt.card_fingerprint = top_up.payment_method_id, top_up.card_fingerprint
    attempt.save(update_fields=["state", "sent_at", *taxed, "payment_method_id", "card_fingerprint"])
    prepare(
        stripe_operations.CREATE_INTENT,
        reference=attempt.reference,
        organization=attempt.organization,
        params=_params(attempt, top_up),
        now=now,
    )
    return attempt


def _params(attempt: TopUpAttempt, top_up: TopUp) -> dict[str, Any]:
    return {
        "amount": to_minor_units(attempt.amount_micros + attempt.tax_micros, attempt.currency),
        "currency": attempt.currency.lower(),
        "customer": top_up.customer_id,
        "description": in_language_of(attempt.organization_id, CREDIT),
        "payment_method": top_up.payment_method_id,
        "allowed_payment_method_types": ["card"],
        "off_session": True,
        "confirm": True,
        "error_on_requires_action": True,
        "metadata": {
            "reference": attempt.reference,
            "organization": str(attempt.organization_id),
            "attempt": str(attempt.pk),
        },
    }


def _ended(attempt: TopUpAttempt, intent_id: str, now: datetime) -> IntentFacts:
    """Cancel a declined payment, so that it cannot succeed later; return its state after that."""
    try:
        return obtain(
            stripe_operations.CANCEL_INTENT,
            reference=f"{attempt.reference}:cancel",
            organization=attempt.organization,
            params={},
            target=intent_id,
            now=now,
        )
    except StripeRefused:
        return stripe_operations.fetch_intent(intent_id)


@serialized
def conclude(*, attempt_id: UUID, facts: IntentFacts | None, refusal: Refusal, now: datetime) -> None:
    """Book the result of an attempt once: received money always, anything else only while the result is unknown.

    `facts` is its payment at Stripe, None if none was made; `refusal` has the codes if it was refused.
    """
    attempt, top_up = _locked(attempt_id, now)
    if facts is not None and attempt.state in OPEN:
        attempt.payment_intent_id = facts.id
    if facts is not None and facts.status == "succeeded":
        _succeed(attempt, top_up, facts, now)
    elif attempt.state in OPEN:
        _fail(attempt, top_up, refusal, now)


def _locked(attempt_id: UUID, now: datetime) -> tuple[TopUpAttempt, TopUp]:
    """Lock the book of an attempt's customer, then the settings and the attempt, and return these two."""
    organization = Organization.objects.get(pk=TopUpAttempt.objects.get(pk=attempt_id).organization_id)
    wallets.lock_terms(organization=organization, now=now)
    top_up = TopUp.objects.select_for_update(no_key=True).get(pk=organization.pk)
    attempt = TopUpAttempt.objects.select_for_update(no_key=True).get(pk=attempt_id)
    attempt.organization = organization
    return attempt, top_up


def _succeed(attempt: TopUpAttempt, top_up: TopUp, facts: IntentFacts, now: datetime) -> None:
    context = EventContext(attempt.reference, "payment_intent.succeeded", facts.livemode, now, now)
    came = Money(
        key=attempt.reference,
        amount=from_minor_units(facts.amount_received, facts.currency),
        currency=facts.currency,
        tax=Micros(attempt.tax_micros),
        payment_intent_id=facts.id,
    )
    if attempt.state == State.SUCCEEDED:
        if not StripePayment.objects.filter(organization=attempt.organization, payment_intent_id=facts.id).exists():
            again = replace(came, key=f"unmatched:{facts.id}")
            settle_unapplied(attempt.organization, again, f"{attempt} was paid before", context)
        return
    attempt.payment_intent_id = facts.id
    attempt.state, attempt.reason, attempt.settled_at, attempt.retry_at = State.SUCCEEDED, "", now, None
    attempt.save()
    if top_up.stopped_reason not in NOT_OF_A_CHARGE:
        lift_stop(top_up)
    top_up.retry_at, top_up.updated_at = None, now
    top_up.save()
    grant = settle_attempt(attempt, came, context)
    _tell("top_up.succeeded", attempt, now, grantId=str(grant.pk) if grant is not None else "")


def _fail(attempt: TopUpAttempt, top_up: TopUp, refusal: Refusal, now: datetime) -> None:
    kind, earlier = kind_of(refusal), recent_declines(attempt.organization_id, attempt.card_fingerprint, now)
    if not refusal.code and not refusal.decline_code:
        attempt.state, attempt.reason = State.CANCELED, CANCELED
        top_up.retry_at = now + AFTER_OUR_FAULT
    elif kind is DeclineReaction.OURS:
        attempt.state, attempt.reason = State.FAILED, refusal.reason
        top_up.retry_at = now + AFTER_OUR_FAULT
        _open_attempt_issue(attempt, now)
    elif kind is DeclineReaction.ACTION:
        attempt.reason = refusal.reason
        _ask_to_authenticate(attempt, now)
        return
    else:
        follows = consequence_of(refusal, earlier, now)
        attempt.state, attempt.reason = State.DECLINED, refusal.reason
        top_up.retry_at, top_up.card_blocked_until = follows.retry_at, follows.blocked_until
        if follows.stopped_reason:
            stop(top_up, follows.stopped_reason, now)
    attempt.settled_at, attempt.retry_at, top_up.updated_at = now, top_up.retry_at, now
    attempt.save()
    top_up.save()
    if top_up.stopped_reason:
        _tell("top_up.stopped", attempt, now, reason=shown_reason(top_up.stopped_reason))
    elif attempt.state == State.DECLINED:
        # Only the first of several declines in a row sends an email.
        told = {"reason": shown_reason(attempt.reason), "nextAttemptAt": top_up.retry_at}
        _tell("top_up.failed", attempt, now, mail=not earlier, **told)


def _ask_to_authenticate(attempt: TopUpAttempt, now: datetime) -> None:
    """Let the customer authenticate the payment within 24 hours; until then the attempt counts as in progress."""
    until = now + AUTHENTICATION_LASTS
    attempt.state, attempt.action_until = State.ACTION_REQUIRED, until
    attempt.save()
    _tell("top_up.action_required", attempt, now, url=confirmation_address(attempt.pk), expiresAt=until)


@serialized
def give_up_authentication(*, attempt_id: UUID, now: datetime) -> None:
    """End an attempt that was not authenticated, and stop unless another card was saved meanwhile."""
    attempt, top_up = _locked(attempt_id, now)
    if attempt.state != State.ACTION_REQUIRED:
        return
    attempt.state, attempt.reason, attempt.settled_at = State.CANCELED, NOT_AUTHENTICATED, now
    attempt.save(update_fields=["state", "reason", "settled_at"])
    if top_up.is_enabled and top_up.card_fingerprint == attempt.card_fingerprint:
        stop(top_up, NOT_AUTHENTICATED, now)
        top_up.updated_at = now
        top_up.save()
        _tell("top_up.stopped", attempt, now, reason=shown_reason(top_up.stopped_reason))
    else:
        wallets.review_credit(organization=attempt.organization, now=now)


def _open_attempt_issue(attempt: TopUpAttempt, now: datetime) -> None:
    issues.open_issue(
        issues.Kind.PAYMENT_FAILED,
        organization=attempt.organization,
        subject=attempt.reference,
        detail=f"An automatic top-up could not be charged because of a problem on our side: {attempt.reason}",
        sums=issues.IssueSums(expected_micros=attempt.amount_micros),
        now=now,
    )


def _tell(notice: str, attempt: TopUpAttempt, now: datetime, *, mail: bool = True, **more: Any) -> None:
    data = {
        "id": str(attempt.pk),
        "version": 1,
        "attemptId": attempt.pk,
        "amount": from_micros(attempt.amount_micros),
        "tax": from_micros(attempt.tax_micros),
        "currency": attempt.currency,
        "automatic": True,
    }
    key = str(attempt.pk)
    notify(organization_id=attempt.organization_id, notice=notice, key=key, data=data | more, now=now, mail=mail)


def review_top_ups(*, now: datetime) -> int:
    """Start top-ups that became due, such as after a decline, and follow up on attempts without a result.

    Attempts are sent again, or abandoned if the customer did not authenticate them in time. Returns the number of
    customers whose credit was reviewed.
    """
    stuck = TopUpAttempt.objects.filter(state__in=OPEN, created_at__lte=now - timedelta(minutes=15))
    for attempt_id in stuck.values_list("pk", flat=True):
        key = f"top-up:{attempt_id}:{now:%Y-%m-%dT%H}"
        enqueue(SEND_TOP_UP, now=now, key=key, arguments={"attempt_id": str(attempt_id)})
    overdue = TopUpAttempt.objects.filter(state=State.ACTION_REQUIRED, action_until__lte=now)
    for attempt_id in overdue.values_list("pk", flat=True):
        key = f"end-confirmation:{attempt_id}:{now:%Y-%m-%dT%H}"
        enqueue(END_CONFIRMATION, now=now, key=key, arguments={"attempt_id": str(attempt_id)})
    waiting = TopUp.objects.filter(is_enabled=True, stopped_reason="").exclude(payment_method_id="")
    busy = TopUpAttempt.objects.filter(state__in=LIVE).values("organization")
    found = list(waiting.exclude(organization__in=busy).select_related("organization"))
    for top_up in found:
        wallets.review_credit(organization=top_up.organization, now=now)
    return len(found)
