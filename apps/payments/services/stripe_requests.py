"""Exactly-once requests to Stripe: stored, sent with a stored idempotency key, looked up after a lost response."""

import logging
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from django.db import models, transaction

from apps.common.strict_json import Json
from apps.payments import issues, stripe_gateway
from apps.payments.errors import (
    StripeBroke,
    StripeRefused,
    StripeUnknownOutcome,
)
from apps.payments.models import StripeRequest
from apps.payments.stripe_gateway import Operation
from apps.payments.stripe_objects import Facts
from apps.tenants.models import Organization

logger = logging.getLogger(__name__)

F = TypeVar("F", bound=Facts)
State = StripeRequest.State
CLOCKS_DIFFER = timedelta(minutes=10)
KEY_LIVES = timedelta(hours=23)  # Stripe prunes keys after 24 hours


def obtain(
    operation: Operation[F],
    *,
    reference: str,
    organization: Organization,
    now: datetime,
    params: Json | None = None,
    target: str = "",
) -> F:
    """Run an operation at Stripe once per reference and return its result; repeated calls return the same result.

    `params` may be omitted if `prepare` has stored them. Parameters and key are stored together before the call. After
    an unknown outcome, the same key is sent again. If the key is nearly a day old or Stripe answered 5xx to it, the
    object is looked up before a new key is created.

    Raises:
        StripeRefused: Stripe refused it. StripeUnavailable: it failed, or its outcome is still unknown.
    """
    stripe_gateway.refuse_inside_transaction()
    if params is not None:
        prepare(operation, reference=reference, organization=organization, params=params, now=now, target=target)
    request = StripeRequest.objects.get(reference=reference)
    if request.state == State.DONE:
        return operation.restore(request.answer or {})
    if request.state == State.BROKEN or request.key_stored_at <= now - KEY_LIVES:
        since = int((request.created_at - CLOCKS_DIFFER).timestamp())
        found = operation.find(request.params, reference, since) if operation.find else None
        if found is not None:
            return _done(request, found, now)
        _renew_key(request, now)
    return _send(operation, request, now)


def _send(operation: Operation[F], request: StripeRequest, now: datetime) -> F:
    try:
        with issues.refused_key_issue(operation.name, now=now):
            made = stripe_gateway.send(operation, params=request.params, key=request.key, target=request.target)
    except StripeBroke as error:
        _failed(request, State.BROKEN, error.detail, now)
        raise
    except StripeUnknownOutcome as error:
        _failed(request, State.UNKNOWN, error.detail, now)
        raise
    except StripeRefused as error:
        known = operation.made_before(request.params, error) if operation.made_before else None
        if known is not None:
            return _done(request, known, now)
        _failed(request, State.REFUSED, error.detail, now)
        logger.warning("stripe_refused", extra={"reference": request.reference, "reason": error.detail})
        raise
    return _done(request, made, now)


@transaction.atomic
def prepare(
    operation: Operation[Any],
    *,
    reference: str,
    organization: Organization,
    params: Json,
    now: datetime,
    target: str = "",
) -> None:
    """Store a request with its key, in the caller's transaction if there is one.

    A refused request may be stored again with new parameters; any other request keeps its parameters.
    """
    request, created = StripeRequest.objects.get_or_create(
        reference=reference,
        defaults={
            "operation": operation.name,
            "target": target,
            "organization": organization,
            "params": params,
            "key": f"{reference}:1",
            "key_stored_at": now,
            "created_at": now,
            "updated_at": now,
        },
    )
    assert request.operation == operation.name, (reference, request.operation, operation.name)
    if not created and request.state == State.REFUSED and request.params != params:
        request.params = params
        request.save(update_fields=["params"])
        _renew_key(request, now)


def _renew_key(request: StripeRequest, now: datetime) -> None:
    """Store a new key; a concurrent renewal stores the same one."""
    attempt = request.attempt + 1
    StripeRequest.objects.filter(pk=request.pk, attempt=request.attempt).update(
        attempt=models.F("attempt") + 1,
        key=f"{request.reference}:{attempt}",
        state=State.PREPARED,
        key_stored_at=now,
        updated_at=now,
    )
    request.refresh_from_db()


def _failed(request: StripeRequest, state: StripeRequest.State, error: str, now: datetime) -> None:
    StripeRequest.objects.filter(pk=request.pk).exclude(state=State.DONE).update(
        state=state, error=error[:2_000], updated_at=now
    )


def _done(request: StripeRequest, made: F, now: datetime) -> F:
    answer = asdict(cast(Any, made))
    StripeRequest.objects.filter(pk=request.pk).update(
        state=State.DONE, stripe_id=answer.get("id", ""), answer=answer, error="", updated_at=now
    )
    return made
