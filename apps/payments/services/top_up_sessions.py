"""Checkout sessions of automatic top-up: one that saves a card, and one in which a payment is authenticated.

https://docs.stripe.com/payments/save-and-reuse and https://docs.stripe.com/payments/3d-secure
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from apps.common.strict_json import Json
from apps.payments import issues, stripe_operations
from apps.payments.errors import RequestKeyReused, StripeHasNone, StripeRefused
from apps.payments.models import OPEN_SESSION_STATES, CheckoutSession
from apps.payments.services.automatic_top_ups import give_up_authentication
from apps.payments.services.customers import ensure_customer
from apps.payments.services.sessions import (
    LIVES,
    credit_lines,
    expire_session,
    open_session,
    sole_session,
    write_request,
)
from apps.payments.services.top_up_settings import CARD, CONSENT, end_wait, keep_card
from apps.payments.stripe_objects import MethodFacts
from apps.tenants.models import Organization
from apps.top_ups.errors import NothingToConfirm
from apps.top_ups.models import TopUp, TopUpAttempt
from apps.wallets.selectors import require_wallet

Purpose = CheckoutSession.Purpose
State = CheckoutSession.State
SHORTEST = timedelta(minutes=31)  # Stripe wants at least 30 minutes until a session expires.
STILL_GOOD_FOR = timedelta(minutes=1)


@issues.opens_refused_key_issue("payments.save_card")
def save_card(*, organization: Organization, request_key: str, created_by: str, now: datetime) -> str:
    """Return the URL at which a card is saved for automatic top-up; the same `request_key` returns the same session.

    Raises:
        WalletNotFound: the organization has no wallet. RequestKeyReused: the key was used for a purchase.
        CustomerDeleted, StripeRefused: it cannot be saved now. StripeUnavailable: retry.
    """
    require_wallet(organization)
    customer_id = ensure_customer(organization=organization, now=now)
    row = _card_session(organization, customer_id, request_key, created_by, now)
    if row.state != State.REQUESTED and row.url:
        return row.url
    return open_session(row, now=now).url


@transaction.atomic
def _card_session(
    organization: Organization, customer_id: str, request_key: str, created_by: str, now: datetime
) -> CheckoutSession:
    row, created = CheckoutSession.objects.get_or_create(
        organization=organization,
        request_key=request_key,
        defaults={
            "purpose": Purpose.SAVE_CARD,
            "amount_micros": 0,
            "currency": organization.currency,
            "customer_id": customer_id,
            "created_by": created_by,
            "created_at": now,
            "updated_at": now,
        },
    )
    if row.purpose != Purpose.SAVE_CARD:
        raise RequestKeyReused
    if created:
        about = {"reference": row.reference, "organization": str(row.organization_id)}
        setup: Json = {
            "mode": "setup",
            "currency": row.currency.lower(),
            "allowed_payment_method_types": ["card"],
            "setup_intent_data": {"metadata": about},
        }
        write_request(row, setup | CONSENT, now)
    return row


def save_checkout_card(*, session_id: UUID, paid_at: datetime, now: datetime) -> None:
    """Keep the card that a completed session saved for automatic top-up; other payment methods are not charged.

    A card that paid for credit is kept only if no other card works. That payment ends a wait after a decline. `paid_at`
    is when the session was completed, by Stripe's clock: it does not end a stop that came later.

    Raises:
        StripeUnavailable: retry.
    """
    row = CheckoutSession.objects.select_related("organization").get(pk=session_id)
    organization = row.organization
    top_up = TopUp.objects.filter(pk=organization.pk).first()
    if row.purpose == Purpose.SAVE_CARD or top_up is None or not top_up.has_good_card:
        card = _saved_card(row)
        if card is not None:
            keep_card(
                organization=organization,
                customer_id=row.customer_id,
                card=card,
                by=row.created_by,
                saved_at=paid_at,
                now=now,
            )
    if row.purpose == Purpose.TOP_UP:
        end_wait(organization=organization, paid_at=paid_at, now=now)


def _saved_card(row: CheckoutSession) -> MethodFacts | None:
    """Return the card that a session saved; None if it saved none or the card was removed since."""
    try:
        method = stripe_operations.fetch_session(row.stripe_id or "").payment_method
        card = stripe_operations.fetch_method(method) if method else None
    except StripeHasNone:
        return None
    is_saved = card is not None and card.type == CARD and card.customer == row.customer_id
    return card if is_saved else None


@issues.opens_refused_key_issue("payments.confirm_top_up")
def confirm_top_up(*, attempt_id: UUID, now: datetime) -> str:
    """Return the URL at which the customer authenticates and pays an automatic top-up; an open session is reused.

    Raises:
        NothingToConfirm: it was paid or abandoned, or its 24 hours are over.
        StripeRefused: it cannot be paid now. StripeUnavailable: retry.
    """
    row = _confirmation(attempt_id, now)
    return row.url or open_session(row, now=now).url


@transaction.atomic
def _confirmation(attempt_id: UUID, now: datetime) -> CheckoutSession:
    wanted = TopUpAttempt.objects.select_for_update(no_key=True).filter(
        pk=attempt_id, state=TopUpAttempt.State.ACTION_REQUIRED, action_until__gt=now
    )
    attempt = wanted.first()
    top_up = TopUp.objects.filter(pk=attempt.organization_id, is_enabled=True).first() if attempt is not None else None
    if attempt is None or attempt.action_until is None or top_up is None:
        raise NothingToConfirm
    row, created = sole_session(
        owner={"attempt": attempt},
        good_for=STILL_GOOD_FOR,
        now=now,
        about={
            "organization_id": attempt.organization_id,
            "purpose": Purpose.CONFIRMATION,
            "amount_micros": attempt.amount_micros,
            **attempt.taxed,
            "currency": attempt.currency,
            "customer_id": top_up.customer_id,
            "created_by": "system:top-up",
        },
    )
    if created:
        until = max(now + SHORTEST, min(attempt.action_until, now + LIVES))
        about = {"organization": str(row.organization_id), "attempt": str(attempt.pk)}
        payment: Json = {
            "mode": "payment",
            "allowed_payment_method_types": ["card"],
            "line_items": credit_lines(row),
            # The payment's metadata names the attempt, so that its events book it like a charge of the saved card.
            "payment_intent_data": {"metadata": {"reference": attempt.reference, **about}},
            "expires_at": int(until.timestamp()),
        }
        write_request(row, payment, now)
    return row


def end_confirmation(*, attempt_id: UUID, now: datetime) -> None:
    """Abandon a payment that the customer did not authenticate; if it was paid meanwhile, its events book it."""
    sessions = CheckoutSession.objects.filter(attempt=attempt_id, state__in=OPEN_SESSION_STATES).select_related(
        "organization"
    )
    for session in sessions:
        try:
            made = session if session.state == State.OPEN else open_session(session, now=now)
        except StripeRefused:
            continue
        if not expire_session(made, now=now):
            return
    give_up_authentication(attempt_id=attempt_id, now=now)
