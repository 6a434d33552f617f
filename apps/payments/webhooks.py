"""`POST /webhooks/stripe`: verify, store, answer. No request can cause a 5xx by its content; no broker is involved."""

import logging

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from apps.common.errors import Unavailable
from apps.payments.errors import BadSignature, MalformedDelivery
from apps.payments.services.inbox import store_event
from apps.payments.webhook_body import read_delivery
from apps.payments.webhook_signature import verify_signature

logger = logging.getLogger(__name__)

LARGEST_BODY = 1_000_000


@csrf_exempt
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Store a delivery signed by Stripe and answer at once; a worker applies the event later."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    body = _body(request)
    if body is None:
        return _answer(413, "The body is too large")
    now = timezone.now()
    try:
        verify_signature(body, request.headers.get("Stripe-Signature", ""), settings.STRIPE_WEBHOOK_SECRETS, now=now)
        delivery = read_delivery(body)
    except (BadSignature, MalformedDelivery) as error:
        logger.warning("stripe_delivery_refused", extra={"reason": str(error)})
        return _answer(400, "Not an event that Stripe signed for this endpoint")
    try:
        store_event(delivery=delivery, now=now)
    except (OperationalError, InterfaceError, Unavailable):
        logger.exception("stripe_delivery_not_stored", extra={"event_id": delivery.event_id})
        response = _answer(503, "Try again")
        response.headers["Retry-After"] = "5"
        return response
    return _answer(200, "Stored")


def _body(request: HttpRequest) -> bytes | None:
    """Read the raw body; None if it is longer than LARGEST_BODY bytes."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST_BODY:
        return None
    body = request.read(LARGEST_BODY + 1)
    return None if len(body) > LARGEST_BODY else body


def _answer(status: int, text: str) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")
