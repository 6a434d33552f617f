"""The event sweep: fetch events that never arrived from Stripe and requeue stuck ones."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from django.conf import settings

from apps.common.strict_json import Json
from apps.payments import issues, stripe_operations
from apps.payments.errors import MalformedDelivery
from apps.payments.handlers import HANDLERS
from apps.payments.models import StripeEvent, SweepMark
from apps.payments.services.inbox import requeue_stuck, store_event
from apps.payments.webhook_body import Delivery, delivery_of

KEPT_AT_STRIPE = timedelta(days=30)
OVERLAP = timedelta(hours=1)
TYPES_AT_ONCE = 20
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class SweepResult:
    """Numbers of events that Stripe listed, that were missing here, and that were stuck."""

    listed: int
    missing: int
    stuck: int


def sweep_events(*, now: datetime, since: datetime | None = None) -> SweepResult:
    """Store events that Stripe lists and the inbox lacks, since `since` or the last sweep, and requeue stuck ones.

    Raises:
        StripeUnavailable: Stripe does not respond; the next sweep starts at the same time.
    """
    stuck = requeue_stuck(now=now)
    begin = since or _where_it_ended(now)
    listed = missing = 0
    found: list[Delivery] = []
    with issues.refused_key_issue("events.list", now=now):
        for batch in _batches(_listed(begin), 100):
            listed += len(batch)
            found += _missing(batch)
    for delivery in sorted(found, key=lambda one: (one.created_at, one.event_id)):
        store_event(delivery=delivery, now=now, source=StripeEvent.Source.SWEEP)
        missing += 1
    SweepMark.objects.update_or_create(livemode=settings.STRIPE_LIVEMODE, defaults={"swept_until": now})
    return SweepResult(listed, missing, stuck)


def _where_it_ended(now: datetime) -> datetime:
    mark = SweepMark.objects.filter(livemode=settings.STRIPE_LIVEMODE).first()
    earliest = now - KEPT_AT_STRIPE
    return max(earliest, mark.swept_until - OVERLAP) if mark else earliest


def _listed(begin: datetime) -> Iterator[Json]:
    for types in _batches(sorted(HANDLERS), TYPES_AT_ONCE):
        yield from stripe_operations.events_since(int(begin.timestamp()), types)


def _missing(events: list[Json]) -> list[Delivery]:
    deliveries = [delivery for event in events if (delivery := _read(event))]
    ids = [delivery.event_id for delivery in deliveries]
    known = set(StripeEvent.objects.filter(event_id__in=ids).values_list("event_id", flat=True))
    return [delivery for delivery in deliveries if delivery.event_id not in known]


def _read(event: Json) -> Delivery | None:
    try:
        return delivery_of(event, json.dumps(event, default=str))
    except MalformedDelivery:
        return None  # not expected in Stripe's lists; a webhook with it would be refused too


def _batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch
