"""Open and close checkout sessions: commit our row, call Stripe, check and store the result."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Model

from apps.common.money import to_minor_units
from apps.common.strict_json import Json
from apps.contracts.errors import ContractNotFound
from apps.contracts.models import Contract
from apps.outbox.services import enqueue
from apps.payments import stripe_operations
from apps.payments.errors import StripeRefused, StripeUnknownOutcome
from apps.payments.models import OPEN_SESSION_STATES, CheckoutSession
from apps.payments.services.stripe_requests import obtain, prepare
from apps.payments.stripe_objects import CheckoutFacts
from apps.payments.stripe_texts import CREDIT, TAX, in_language_of, page_language

State = CheckoutSession.State
LIVES = timedelta(hours=23)
RESUME_AFTER_SECONDS = 90
PAID_PATH, CANCELED_PATH = "/checkout/paid", "/checkout/cancelled"


def _common_params(row: CheckoutSession) -> Json:
    """Return the parameters common to all sessions. URLs always have the configured origin."""
    about = {
        "reference": row.reference,
        "organization": str(row.organization_id),
        "purpose": str(row.purpose),
    }
    return {
        "customer": row.customer_id,
        "ui_mode": "hosted_page",
        "success_url": f"{settings.PUBLIC_BASE_URL}{PAID_PATH}",
        "cancel_url": f"{settings.PUBLIC_BASE_URL}{CANCELED_PATH}",
        "client_reference_id": str(row.pk),
        "expires_at": int((row.created_at + LIVES).timestamp()),
        **page_language(row.organization_id),
        "metadata": about,
    }


def line(name: str, amount_micros: int, currency: str) -> Json:
    """Return a one-time line item of `amount_micros`, in the form Stripe takes."""
    price = {
        "currency": currency.lower(),
        "unit_amount": to_minor_units(amount_micros, currency),
        "product_data": {"name": name},
    }
    return {"price_data": price, "quantity": 1}


def credit_lines(row: CheckoutSession) -> list[Json]:
    """Return the line items of the credit that a session sells, and of the tax on top of it."""
    items = [(CREDIT, row.amount_micros), (TAX, row.tax_micros)]
    return [line(in_language_of(row.organization_id, text), micros, row.currency) for text, micros in items if micros]


def sole_session(
    *, good_for: timedelta, now: datetime, about: Mapping[str, Any], owner: Mapping[str, Model]
) -> tuple[CheckoutSession, bool]:
    """Return the open session of an owner, such as a contract, and whether it is new; one about to expire is closed.

    `about` has the columns of a new one; an open one is used if it lives for `good_for` at least.
    """
    ending = CheckoutSession.objects.filter(**owner, state=State.OPEN, expires_at__lte=now + good_for)
    ending.update(state=State.EXPIRED, updated_at=now)
    columns = {**about, "state": State.REQUESTED, "created_at": now, "updated_at": now}
    return CheckoutSession.objects.get_or_create(**owner, state__in=OPEN_SESSION_STATES, defaults=columns)


def write_request(row: CheckoutSession, params: Json, now: datetime) -> None:
    """Store the request to Stripe in the row's transaction, and queue a check in case its response is lost."""
    prepare(
        stripe_operations.CREATE_SESSION,
        reference=row.reference,
        organization=row.organization,
        params={**_common_params(row), **params},
        now=now,
    )
    enqueue(
        "payments.resume_checkout",
        now=now,
        key=f"resume-checkout:{row.pk}",
        delay_seconds=RESUME_AFTER_SECONDS,
        arguments={"session_id": str(row.pk)},
    )


def open_session(row: CheckoutSession, *, now: datetime) -> CheckoutSession:
    """Create the requested session at Stripe and store its id and URL.

    Raises:
        StripeRefused: Stripe refused and the row is closed. StripeUnavailable: a retry yields the same session.
            contracts.ContractNotFound: its contract ended meanwhile; the session is expired.
    """
    kept = _keep(row, _made(row, now), now)
    if _contract_has_ended(kept):
        expire_session(kept, now=now)
        raise ContractNotFound
    return kept


def _made(row: CheckoutSession, now: datetime) -> CheckoutFacts:
    try:
        made = obtain(
            stripe_operations.CREATE_SESSION,
            reference=row.reference,
            organization=row.organization,
            now=now,
        )
    except StripeRefused:
        CheckoutSession.objects.filter(pk=row.pk, state=State.REQUESTED).update(state=State.FAILED, updated_at=now)
        raise
    _refuse_unlike(row, made)
    return made


def _contract_has_ended(row: CheckoutSession) -> bool:
    """Return whether the session's contract has ended.

    It is read after our commit, because ending it expires committed rows.
    """
    if row.contract_id is None:
        return False
    return Contract.objects.filter(pk=row.contract_id, ended_at__isnull=False).exists()


def _refuse_unlike(row: CheckoutSession, made: CheckoutFacts) -> None:
    """Refuse a session whose amount, currency or mode differs from what was requested.

    Raises:
        StripeUnknownOutcome: it differs, or its URL is not a web address.
    """
    asked = to_minor_units(row.amount_micros + row.tax_micros, row.currency)
    wanted = (asked, row.currency, settings.STRIPE_LIVEMODE)
    if (made.amount_subtotal, made.currency or row.currency, made.livemode) != wanted or not made.url.startswith(
        ("https://", "http://")
    ):
        raise StripeUnknownOutcome("Stripe created a different session than was requested")


@transaction.atomic
def _keep(row: CheckoutSession, made: CheckoutFacts, now: datetime) -> CheckoutSession:
    kept = CheckoutSession.objects.select_for_update(no_key=True).get(pk=row.pk)
    kept.stripe_id, kept.url = made.id, made.url
    kept.expires_at = datetime.fromtimestamp(made.expires_at, UTC)
    if kept.state == State.REQUESTED:
        kept.state = State.OPEN
    kept.updated_at = now
    kept.save(update_fields=["stripe_id", "url", "expires_at", "state", "updated_at"])
    return kept


def resume_checkout(*, session_id: UUID, now: datetime) -> None:
    """Recover a session whose response was lost, so that it can be shown, paid and settled."""
    row = CheckoutSession.objects.select_related("organization").filter(pk=session_id, state=State.REQUESTED).first()
    if row is None:
        return
    try:
        open_session(row, now=now)
    except (StripeRefused, ContractNotFound):
        return  # the row is closed, so there is nothing to recover


def expire_session(session: CheckoutSession, *, now: datetime) -> bool:
    """Expire an open session at Stripe; False if its payer has completed it, as its events will report."""
    there = stripe_operations.fetch_session(session.stripe_id or "").status
    if there == "complete":
        return False
    if there == "open" and not _expire_at_stripe(session, now):
        return False
    CheckoutSession.objects.filter(pk=session.pk, state=State.OPEN).update(state=State.EXPIRED, updated_at=now)
    return True


def _expire_at_stripe(session: CheckoutSession, now: datetime) -> bool:
    """Expire a session at Stripe; False if it was completed since it was fetched."""
    try:
        obtain(
            stripe_operations.EXPIRE_SESSION,
            reference=f"{session.reference}:expire",
            organization=session.organization,
            params={},
            target=session.stripe_id or "",
            now=now,
        )
    except StripeRefused:
        return False
    return True
