"""Send deliveries: at most two requests at a time to an endpoint, each in a worker, retried by the schedule."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from apps.outbox.services import enqueue
from apps.webhooks.http_client import NoAnswer, ReceiverResponse, post
from apps.webhooks.models import WebhookDelivery, WebhookEndpoint
from apps.webhooks.retry_schedule import read_retry_after, wait_after
from apps.webhooks.secrets import unsealed
from apps.webhooks.services.endpoints import disable, locked_endpoint
from apps.webhooks.services.events import SEND
from apps.webhooks.signatures import signed_headers

MOST_IN_FLIGHT = 2
# The lease of a delivery is shorter than that of the worker's message, so that the next run can take over.
DELIVERY_LEASE = timedelta(seconds=60)
MESSAGE_LEASE_SECONDS = 120
RUN = timedelta(seconds=5)
MOST_TRIES_KEPT = 50
GONE = 410
State = WebhookDelivery.State
_SECOND = timedelta(seconds=1)
_random = SystemRandom()


@dataclass(frozen=True, slots=True)
class TryResult:
    """The result of one try: a status, or why there was no answer."""

    at: datetime
    milliseconds: int
    status: int | None
    text: str
    retry_after: timedelta | None = None

    @property
    def is_success(self) -> bool:
        """Return whether the receiver accepted the event: any 2xx. Redirects are not followed, so 3xx is a failure."""
        return self.status is not None and 200 <= self.status < 300


def send_due(*, endpoint_id: UUID, now: datetime) -> None:
    """Send the due deliveries of an endpoint, one after the other, for some seconds; another message sends the rest.

    Nothing is sent while two other workers send to the endpoint; they continue with the due deliveries afterward.
    """
    started = time.monotonic_ns()
    moment = now
    while (delivery := _claim(endpoint_id, moment)) is not None:
        outcome = _try(delivery, moment)
        moment = now + timedelta(microseconds=(time.monotonic_ns() - started) // 1_000)
        _record(delivery, outcome, moment)
        if moment - now >= RUN:
            enqueue(SEND, now=moment, arguments={"endpoint_id": str(endpoint_id)})
            return


@transaction.atomic
def _claim(endpoint_id: UUID, now: datetime) -> WebhookDelivery | None:
    """Lease the delivery that is due first, unless the endpoint is disabled or has two in flight."""
    endpoint = locked_endpoint(endpoint_id)
    if endpoint is None or endpoint.disabled_at is not None:
        return None
    pending = WebhookDelivery.objects.filter(endpoint=endpoint_id, state=State.PENDING)
    if pending.filter(leased_until__gt=now).count() >= MOST_IN_FLIGHT:
        return None
    free = pending.filter(Q(leased_until=None) | Q(leased_until__lte=now), next_try_at__lte=now)
    delivery = free.order_by("next_try_at", "event__sequence").select_related("event").first()
    if delivery is not None:
        delivery.endpoint, delivery.leased_until = endpoint, now + DELIVERY_LEASE
        delivery.save(update_fields=["leased_until"])
    return delivery


def _try(delivery: WebhookDelivery, now: datetime) -> TryResult:
    """Send a delivery once."""
    event, endpoint = delivery.event, delivery.endpoint
    secrets = valid_secrets(endpoint, now)
    if secrets is None:
        return TryResult(now, 0, None, "The signing secret cannot be decrypted; rotate it.")
    headers = signed_headers(event_id=event.public_id, body=event.body, secrets_of_endpoint=secrets, now=now)
    started = time.monotonic_ns()
    try:
        answer: ReceiverResponse | NoAnswer = post(
            endpoint.url, body=event.body.encode(), headers=headers, loopback=settings.WEBHOOK_LOOPBACK
        )
    except NoAnswer as reason:
        answer = reason
    milliseconds = (time.monotonic_ns() - started) // 1_000_000
    if isinstance(answer, NoAnswer):
        return TryResult(now, milliseconds, None, str(answer))
    return TryResult(now, milliseconds, answer.status, answer.text, read_retry_after(answer.retry_after, now))


def valid_secrets(endpoint: WebhookEndpoint, now: datetime) -> list[str] | None:
    """Return the secrets to sign with, the current one first; None if it cannot be decrypted."""
    current = unsealed(endpoint.secret)
    if current is None:
        return None
    if endpoint.previous_secret is None or endpoint.previous_secret_until is None:
        return [current]
    previous = unsealed(endpoint.previous_secret) if now < endpoint.previous_secret_until else None
    return [current] if previous is None else [current, previous]


@transaction.atomic
def _record(sent: WebhookDelivery, outcome: TryResult, now: datetime) -> None:
    """Record a try; decide the delivery's next one, and the endpoint's state."""
    endpoint = locked_endpoint(sent.endpoint_id)
    delivery = WebhookDelivery.objects.select_for_update(no_key=True).filter(pk=sent.pk).first()
    if endpoint is None or delivery is None:
        return  # deleted while it was sent
    delivery.tries = [*delivery.tries, _shown(outcome)][-MOST_TRIES_KEPT:]
    if outcome.is_success:
        delivery.state, delivery.next_try_at, delivery.leased_until = State.DELIVERED, None, None
        _succeeded(endpoint, now)
    else:
        if delivery.state == State.PENDING:
            _postpone(delivery, outcome, now)
        _failed(endpoint, now)
    delivery.save(update_fields=["state", "tries", "failures", "next_try_at", "leased_until"])
    if outcome.status == GONE and endpoint.disabled_at is None:
        disable(endpoint, because=WebhookEndpoint.DisabledBecause.GONE, now=now)


def _shown(outcome: TryResult) -> dict[str, object]:
    shown: dict[str, object] = {"at": outcome.at.isoformat(), "milliseconds": outcome.milliseconds}
    if outcome.status is not None:
        shown["status"] = outcome.status
    if not outcome.is_success and outcome.text:
        shown["error"] = outcome.text
    return shown


def _postpone(delivery: WebhookDelivery, outcome: TryResult, now: datetime) -> None:
    delivery.failures += 1
    wait = wait_after(delivery.failures, retry_after=outcome.retry_after, random_below=_random.randrange)
    delivery.leased_until = None
    if wait is None:
        delivery.state, delivery.next_try_at = State.FAILED, None
        return
    delivery.next_try_at = now + wait
    whole_seconds = -(-wait // _SECOND)
    enqueue(SEND, now=now, delay_seconds=whole_seconds, arguments={"endpoint_id": str(delivery.endpoint_id)})


def _succeeded(endpoint: WebhookEndpoint, now: datetime) -> None:
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(last_success_at=now, failing_since=None, failures=0)
    if endpoint.told_of == WebhookEndpoint.State.FAILING:
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(told_of=WebhookEndpoint.State.ENABLED)


def _failed(endpoint: WebhookEndpoint, now: datetime) -> None:
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(
        last_failure_at=now, failing_since=endpoint.failing_since or now, failures=F("failures") + 1
    )
