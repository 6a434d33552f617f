"""Settings of automatic top-up: only the customer's admin switches it on; stops, resumptions and the saved card.

Every change locks the customer's book first, so that no movement decided on older settings is written.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.common.money import from_minor_units
from apps.common.strict_json import Json
from apps.common.transactions import serialized
from apps.notices.services import notify
from apps.outbox.services import enqueue
from apps.payments.stripe_objects import MethodFacts
from apps.tenants.models import Organization
from apps.top_ups.declines import blocked_until, shown_reason
from apps.top_ups.errors import CardTriedTooOften, NoPaymentMethod, NotPrepaid, TopUpIsOff
from apps.top_ups.models import TopUp, TopUpAttempt
from apps.top_ups.selectors import cards_that_expire, recent_declines
from apps.top_ups.terms import TopUpTerms
from apps.wallets import services as wallets

CARD, CANCELED = "card", "canceled"
CARD_GONE, DISPUTED, REFUNDED = "card_gone", "disputed", "refunded"
# Reasons for stops that a charge did not cause, so that a successful charge does not end them.
NOT_OF_A_CHARGE = frozenset([CARD_GONE, DISPUTED, REFUNDED])
END_CONFIRMATION, LOOK_AT_CARD = "payments.end_confirmation", "payments.look_at_card"
SOON = timedelta(days=30)
# Stripe's page shows the terms of later charges.
CONSENT: Json = {"consent_collection": {"payment_method_reuse_agreement": {"position": "auto"}}}
_CARD_FIELDS: dict[str, Any] = {
    "payment_method_id": "",
    "card_fingerprint": "",
    "card_brand": "",
    "card_last4": "",
    "card_exp_month": None,
    "card_exp_year": None,
}


@serialized
def switch_on_top_up(*, organization: Organization, terms: TopUpTerms, by: str, now: datetime) -> TopUp:
    """Switch automatic top-up on, or change its terms; `by` is the admin of the customer who consents to them.

    Switching it on ends a stop, but neither the wait after a decline nor the block of a card. A charge that was decided
    on the old terms and is not sent yet is canceled and decided again.

    Raises:
        TermsRejected: the terms break a rule; it names the member.
        NotPrepaid, NoPaymentMethod: it cannot be switched on. WalletNotFound: the organization has no wallet.
    """
    _refuse_terms(terms, organization)
    if organization.billing_mode != Organization.BillingMode.PREPAID:
        raise NotPrepaid
    with _locked(organization, by, now) as top_up:
        if not top_up.payment_method_id:
            raise NoPaymentMethod
        if not top_up.is_enabled:
            lift_stop(top_up)
        top_up.is_enabled, top_up.capped_until = True, None
        top_up.consented_by, top_up.consented_at = by, now
        top_up.consent_text = terms.consent_text(organization.currency)
        if terms != top_up.terms:
            _cancel_unsent(organization, now)
        _set(top_up, asdict(terms))
    return _reviewed(top_up, organization, now)


@serialized
def switch_off_top_up(
    *, organization: Organization, by: str, now: datetime, terms: TopUpTerms | None = None
) -> TopUp | None:
    """Switch automatic top-up off, and keep other terms for later if given; None if it was never set up.

    A charge that is not sent yet, or waits for authentication, is canceled; a sent one is booked when its result
    arrives.

    Raises:
        TermsRejected: the terms break a rule. WalletNotFound: the organization has no wallet.
    """
    if terms is not None:
        _refuse_terms(terms, organization)
    elif not TopUp.objects.filter(pk=organization.pk).exists():
        return None
    with _locked(organization, by, now) as top_up:
        top_up.is_enabled = False
        _cancel_unsent(organization, now)
        _set(top_up, asdict(terms) if terms is not None else {})
    _give_up_confirmation(organization, now)
    return top_up


@serialized
def lower_top_up(*, organization: Organization, terms: TopUpTerms, by: str, now: datetime) -> TopUp:
    """Lower amounts of automatic top-up; `terms` has all of them, none above what the customer agreed to.

    A charge that was decided on the old terms and is not sent yet is canceled and decided again.

    Raises:
        TermsRejected: an amount is above the customer's, or the terms break a rule; it names the member.
        TopUpIsOff: it is not switched on.
    """
    _refuse_terms(terms, organization)
    with _locked(organization, by, now) as top_up:
        if not top_up.is_enabled:
            raise TopUpIsOff
        terms.refuse_above(top_up.terms, organization.currency)
        if terms != top_up.terms:
            top_up.capped_until = None
            _cancel_unsent(organization, now)
        _set(top_up, asdict(terms))
    return _reviewed(top_up, organization, now)


@serialized
def resume_top_up(*, organization: Organization, by: str, now: datetime) -> TopUp:
    """Let a stopped top-up charge the card again; one that is not stopped does not change.

    Raises:
        TopUpIsOff, NotPrepaid, NoPaymentMethod: there is nothing to resume.
        CardTriedTooOften: the card was declined four times in 30 days.
    """
    if not TopUp.objects.filter(pk=organization.pk, is_enabled=True).exists():
        raise TopUpIsOff
    if organization.billing_mode != Organization.BillingMode.PREPAID:
        raise NotPrepaid
    with _locked(organization, by, now) as top_up:
        if not top_up.is_enabled:
            raise TopUpIsOff
        if not top_up.payment_method_id:
            raise NoPaymentMethod
        declines = recent_declines(organization.pk, top_up.card_fingerprint, now)
        if blocked_until(declines, now) is not None:
            raise CardTriedTooOften
        lift_stop(top_up)
    return _reviewed(top_up, organization, now)


def _reviewed(top_up: TopUp, organization: Organization, now: datetime) -> TopUp:
    """Buy credit if that is due under the settings as they are now, and return them."""
    wallets.review_credit(organization=organization, now=now)
    top_up.refresh_from_db()
    return top_up


@serialized
def keep_card(
    *, organization: Organization, customer_id: str, card: MethodFacts, by: str, saved_at: datetime, now: datetime
) -> None:
    """Charge a newly saved card from now on; it ends a stop and the wait after declines of another card.

    A refund or dispute stays a stop if the card was saved before it. A payment that waits for authentication of another
    card is abandoned.
    """
    with _locked(organization, by, now) as top_up:
        top_up.customer_id = customer_id
        top_up.payment_method_id, top_up.card_fingerprint = card.id, card.fingerprint
        _show_card(top_up, card)
        if top_up.stopped_reason not in (DISPUTED, REFUNDED) or _is_since_stop(top_up, saved_at):
            lift_stop(top_up)
        top_up.retry_at = None
        top_up.card_blocked_until = blocked_until(recent_declines(organization.pk, card.fingerprint, now), now)
    _give_up_confirmation(organization, now, but_of=card.fingerprint)
    if top_up.is_enabled:
        wallets.review_credit(organization=organization, now=now)


@serialized
def forget_card(*, method_id: str, now: datetime) -> bool:
    """Stop charging a card that its owner removed at Stripe, and notify the customer; return whether it was in use."""
    found = TopUp.objects.filter(payment_method_id=method_id).select_related("organization").first()
    if not method_id or found is None:
        return False
    with _locked(found.organization, "system:stripe", now) as top_up:
        if top_up.payment_method_id != method_id:
            return False
        _set(top_up, _CARD_FIELDS)
        is_running = top_up.is_enabled and not top_up.stopped_reason
        if is_running:
            stop(top_up, CARD_GONE, now)
    if is_running:
        notify_stopped(found.organization, CARD_GONE, now)
    return True


def note_card(*, card: MethodFacts, now: datetime) -> bool:
    """Store changes of a saved card, such as a new expiry from its bank; return whether it is in use."""
    top_up = TopUp.objects.filter(payment_method_id=card.id).exclude(payment_method_id="").first()
    if top_up is None:
        return False
    _show_card(top_up, card)
    top_up.updated_at = now
    top_up.save(update_fields=["card_brand", "card_last4", "card_exp_month", "card_exp_year", "updated_at"])
    return True


def notify_expiring_cards(*, now: datetime) -> int:
    """Notify customers whose card expires within 30 days, once per card and expiry; return how many there are."""
    found = cards_that_expire(now, SOON)
    for top_up in found:
        data = {
            "id": str(top_up.pk),
            "version": 1,
            "brand": top_up.card_brand,
            "last4": top_up.card_last4,
            "expMonth": top_up.card_exp_month,
            "expYear": top_up.card_exp_year,
        }
        key = f"{top_up.payment_method_id}:{top_up.card_exp_year}-{top_up.card_exp_month}"
        notify(organization_id=top_up.pk, notice="card.expires_soon", key=key, data=data, now=now)
    return len(found)


def waits(organization_id: UUID) -> bool:
    """Return whether automatic top-up is on, but waits or is stopped after its card was refused."""
    on = TopUp.objects.filter(pk=organization_id, is_enabled=True)
    return on.exclude(retry_at=None, stopped_reason="").exists()


@serialized
def end_wait(*, organization: Organization, paid_at: datetime, now: datetime) -> None:
    """End the wait of automatic top-up after the customer paid for credit by hand, and a stop before that payment."""
    if not waits(organization.pk):
        return
    with _locked(organization, "system:stripe", now) as top_up:
        if _is_since_stop(top_up, paid_at):
            lift_stop(top_up)
        top_up.retry_at = None
    wallets.review_credit(organization=organization, now=now)


@serialized
def stop_top_up(*, organization: Organization, reason: str, now: datetime) -> bool:
    """Stop automatic top-up for a reason, and notify the customer; return whether it was running.

    It is called before a refund or dispute of a top-up takes credit, so that this does not start a new charge.
    """
    if not TopUp.objects.filter(pk=organization.pk, is_enabled=True, stopped_reason="").exists():
        return False
    with _locked(organization, "system:stripe", now) as top_up:
        stop(top_up, reason, now)
    notify_stopped(organization, reason, now)
    return True


def stop(top_up: TopUp, reason: str, now: datetime) -> None:
    """Mark locked settings as stopped; the caller saves them. A stop that a charge did not cause keeps its reason."""
    if top_up.stopped_reason in NOT_OF_A_CHARGE:
        reason = top_up.stopped_reason
    top_up.stopped_at, top_up.stopped_reason, top_up.retry_at = now, reason[:60], None


def notify_stopped(organization: Organization, reason: str, now: datetime) -> None:
    """Notify the customer of a stop that no attempt caused."""
    notify(
        organization_id=organization.pk,
        notice="top_up.stopped",
        key=f"{reason}:{now.isoformat()}",
        data={"id": str(organization.pk), "version": 1, "reason": shown_reason(reason)},
        now=now,
    )


@contextmanager
def _locked(organization: Organization, by: str, now: datetime) -> Iterator[TopUp]:
    """Lock the book and the settings, which are created if there are none, and save them afterward."""
    wallets.lock_terms(organization=organization, now=now)
    TopUp.objects.get_or_create(organization=organization, defaults={"created_at": now, "updated_at": now})
    top_up = TopUp.objects.select_for_update(no_key=True).get(pk=organization.pk)
    yield top_up
    top_up.updated_by, top_up.updated_at = by[:200], now
    top_up.save()


def _cancel_unsent(organization: Organization, now: datetime) -> None:
    """Cancel a charge that was not sent to Stripe yet."""
    unsent = TopUpAttempt.objects.filter(organization=organization, state=TopUpAttempt.State.REQUESTED)
    unsent.update(state=TopUpAttempt.State.CANCELED, reason=CANCELED, settled_at=now)


def _give_up_confirmation(organization: Organization, now: datetime, *, but_of: str = "") -> None:
    """Abandon a payment that waits for authentication of a card, unless the card has the fingerprint `but_of`."""
    waiting = TopUpAttempt.objects.filter(organization=organization, state=TopUpAttempt.State.ACTION_REQUIRED)
    for attempt in waiting.exclude(card_fingerprint=but_of):
        key, arguments = f"end-confirmation:{attempt.pk}:{now.isoformat()}", {"attempt_id": str(attempt.pk)}
        enqueue(END_CONFIRMATION, now=now, key=key, arguments=arguments)


def _refuse_terms(terms: TopUpTerms, organization: Organization) -> None:
    unit = organization.currency
    least, most = (from_minor_units(each, unit) for each in (settings.TOP_UP_LEAST, settings.TOP_UP_MOST))
    terms.refuse(least_micros=least, most_micros=most, currency=unit)


def lift_stop(top_up: TopUp) -> None:
    """End the stop of locked settings, if there is one; the caller saves them."""
    top_up.stopped_at, top_up.stopped_reason = None, ""


def _is_since_stop(top_up: TopUp, at: datetime) -> bool:
    """Whether a time at Stripe, which is in whole seconds, is not before the stop; true if there is no stop."""
    return top_up.stopped_at is None or at >= top_up.stopped_at.replace(microsecond=0)


def _show_card(top_up: TopUp, card: MethodFacts) -> None:
    is_dated = 1 <= card.exp_month <= 12 and 2000 <= card.exp_year <= 9998
    top_up.card_brand, top_up.card_last4 = card.brand, card.last4
    top_up.card_exp_month = card.exp_month if is_dated else None
    top_up.card_exp_year = card.exp_year if is_dated else None


def _set(top_up: TopUp, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(top_up, name, value)
