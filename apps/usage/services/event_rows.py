"""Convert a rated event to the values of its row."""

from datetime import datetime

from apps.usage.cloudevents import TEXTS, Reading
from apps.usage.models import UsageEvent
from apps.usage.rated_events import RatedEvent

COUNTED = (
    "meter_id",
    "quantity_micros",
    "input_tokens",
    "output_tokens",
    "state",
    "reason",
    "counted_on",
    "corrects_month",
    "price_version_id",
    "charge_micros",
    "posting_id",
)
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
    *TEXTS,
    *COUNTED,
)


def event_row(pk: int, reading: Reading, draft: RatedEvent, created_by: str, now: datetime) -> tuple[object, ...]:
    """Return the new row's values in the order of COLUMNS."""
    return (
        pk,
        draft.organization_id,
        reading.source,
        reading.id,
        reading.fingerprint,
        reading.type,
        reading.time,
        now,
        reading.billing_mode,
        created_by,
        *reading.written,
        *counted_values(draft),
    )


def counted_values(draft: RatedEvent) -> tuple[object, ...]:
    """Return how the draft was counted, in the order of COUNTED; for a quarantined one, the amounts sent."""
    if draft.reason:
        sent = (draft.quantity_micros, draft.input_tokens, draft.output_tokens)
        waiting = (UsageEvent.State.QUARANTINED, draft.reason, None, None, None, 0, None)
        return (draft.meter and draft.meter.pk, *sent, *waiting)
    assert draft.meter is not None, "a rated event has a meter"
    return (
        draft.meter.pk,
        draft.totals.quantity_micros,
        draft.totals.input_tokens,
        draft.totals.output_tokens,
        UsageEvent.State.RATED,
        "",
        draft.counted_on,
        draft.corrects_month,
        draft.price and draft.price.version_id,
        draft.charge_micros,
        draft.posting_id,
    )
