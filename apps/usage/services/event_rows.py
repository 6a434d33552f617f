"""Convert a rated event to the values of its row."""

from datetime import datetime

from apps.usage.cloudevents import TEXTS, Reading
from apps.usage.models import UsageEvent
from apps.usage.rated_events import RatedEvent

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
        draft.credential,
        {**reading.more.details, **reading.more.quantities} or None,
        draft.voids,
        *named_values(draft, reading.texts.get("model", ""), reading.model_sent),
        *reading.written[1:],
        *counted_values(draft),
    )


def named_values(draft: RatedEvent, normal: str, sent: str) -> tuple[str, str]:
    """Return the values of NAMED for a model sent as `sent`, in normal form `normal`.

    A waiting event keeps that name.
    """
    name = normal if draft.reason else draft.text("model")
    return name, "" if sent == name else sent


def counted_values(draft: RatedEvent) -> tuple[object, ...]:
    """Return the counted values in the order of COUNTED; for a quarantined event, the amounts sent."""
    if draft.reason:
        sent = (draft.quantity_micros, None, draft.input_tokens, draft.output_tokens)
        waiting = (UsageEvent.State.QUARANTINED, draft.reason, None, None, None, None, 0, None)
        return (draft.meter and draft.meter.pk, *sent, *waiting, draft.more.cost_picos, draft.more.cost_currency, None)
    assert draft.meter is not None, "a rated event has a meter"
    return (
        draft.meter.pk,
        draft.totals.quantity_micros,
        draft.reported_micros,
        draft.totals.input_tokens,
        draft.totals.output_tokens,
        UsageEvent.State.RATED,
        "",
        draft.counted_on,
        draft.corrects_month,
        draft.price and draft.price.version_id,
        draft.totals.exact_price if draft.price is not None and draft.price.rule.table is not None else None,
        draft.charge_micros,
        draft.posting_id,
        draft.cost.picos if draft.cost.currency else None,
        draft.cost.currency,
        draft.cost.version_id,
    )
