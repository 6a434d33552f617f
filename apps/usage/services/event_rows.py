"""Convert a rated event to the values of its row."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from apps.common.rows import by_column
from apps.usage.event_amounts import NO_MORE
from apps.usage.event_labels import TEXTS
from apps.usage.event_reader import ParsedEvent
from apps.usage.models import UsageEvent
from apps.usage.rated_events import RatedEvent

RATED = UsageEvent.State.RATED.value  # looking up enumeration members is slow in this hot path
COUNTED = (
    "meter_id",
    "quantity_micros",
    "reported_micros",
    "input_tokens",
    "output_tokens",
    "state",
    "reason",
    "counted_on",
    "corrects_month",
    "price_version_id",
    "exact_price",
    "charge_micros",
    "posting_id",
    "cost_picos",
    "cost_currency",
    "cost_version_id",
    "reported_cost_picos",
    "reported_cost_currency",
)
# The name under which a model is counted, and the name sent if that differs.
NAMED = ("model", "model_sent")
COLUMNS = (
    "id",
    "organization_id",
    "source",
    "event_id",
    "fingerprint",
    "meter_slug",
    "occurred_at",
    "recorded_at",
    "billing_mode",
    "created_by",
    "credential",
    "amounts",
    "voids",
    *NAMED,
    *TEXTS[1:],
    *COUNTED,
)


def event_columns(
    pks: Sequence[int], taken: Sequence[tuple[ParsedEvent, RatedEvent]], created_by: str, now: datetime
) -> list[Sequence[Any]]:
    """Return the values of new rows, column by column in the order of COLUMNS."""
    parsed_events, events = [each for each, _ in taken], [event for _, event in taken]
    labels = [each.labels for each in parsed_events]
    names = [
        named_values(event, each.texts.get("model", ""), each.model_sent)
        for event, each in zip(events, labels, strict=True)
    ]
    every = len(taken)
    return [
        pks,
        [event.organization_id for event in events],
        [each.source for each in parsed_events],
        [each.id for each in parsed_events],
        [each.fingerprint for each in parsed_events],
        [each.type for each in parsed_events],
        [each.time for each in parsed_events],
        [now] * every,
        [each.billing_mode for each in labels],
        [created_by] * every,
        [event.credential for event in events],
        [
            None if each.more is NO_MORE else {**each.more.details, **each.more.quantities} or None
            for each in parsed_events
        ],
        [event.voids for event in events],
        *by_column(names),
        *by_column([each.written for each in labels])[1:],
        *by_column([counted_values(event) for event in events]),
    ]


def named_values(event: RatedEvent, normal: str, sent: str) -> tuple[str, str]:
    """Return the values of NAMED for a model sent as `sent`, in normal form `normal`.

    A waiting event keeps that name.
    """
    name = normal if event.reason else event.text("model")
    return name, "" if sent == name else sent


def counted_values(event: RatedEvent) -> tuple[object, ...]:
    """Return the counted values in the order of COUNTED; for a quarantined event, the amounts sent."""
    if event.reason:
        sent = (event.quantity_micros, None, event.input_tokens, event.output_tokens)
        waiting = (UsageEvent.State.QUARANTINED, event.reason, None, None, None, None, 0, None)
        reported = (event.more.cost_picos, event.more.cost_currency, None, None, "")
        return (event.meter and event.meter.pk, *sent, *waiting, *reported)
    assert event.meter is not None, "a rated event has a meter"
    is_by_book = event.cost.version_id is not None
    return (
        event.meter.id,
        event.totals.quantity_micros,
        event.reported_micros,
        event.totals.input_tokens,
        event.totals.output_tokens,
        RATED,
        "",
        event.counted_on,
        event.corrects_month,
        event.price and event.price.version_id,
        event.totals.exact_price if event.price is not None and event.price.rule.table is not None else None,
        event.charge_micros,
        event.posting_id,
        event.cost.picos if event.cost.currency else None,
        event.cost.currency,
        event.cost.version_id,
        event.more.cost_picos if is_by_book else None,
        event.more.cost_currency if is_by_book else "",
    )
