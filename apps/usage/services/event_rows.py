"""Convert a rated event to the values of its row."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from apps.common.rows import by_column
from apps.usage.cloudevents import Reading
from apps.usage.event_amounts import NO_MORE
from apps.usage.event_labels import TEXTS
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
    pks: Sequence[int], taken: Sequence[tuple[Reading, RatedEvent]], created_by: str, now: datetime
) -> list[Sequence[Any]]:
    """Return the values of new rows, column by column in the order of COLUMNS."""
    readings, drafts = [each for each, _ in taken], [draft for _, draft in taken]
    labels = [each.labels for each in readings]
    names = [
        named_values(draft, each.texts.get("model", ""), each.model_sent)
        for draft, each in zip(drafts, labels, strict=True)
    ]
    every = len(taken)
    return [
        pks,
        [draft.organization_id for draft in drafts],
        [each.source for each in readings],
        [each.id for each in readings],
        [each.fingerprint for each in readings],
        [each.type for each in readings],
        [each.time for each in readings],
        [now] * every,
        [each.billing_mode for each in labels],
        [created_by] * every,
        [draft.credential for draft in drafts],
        [None if each.more is NO_MORE else {**each.more.details, **each.more.quantities} or None for each in readings],
        [draft.voids for draft in drafts],
        *by_column(names),
        *by_column([each.written for each in labels])[1:],
        *by_column([counted_values(draft) for draft in drafts]),
    ]


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
        draft.meter.id,
        draft.totals.quantity_micros,
        draft.reported_micros,
        draft.totals.input_tokens,
        draft.totals.output_tokens,
        RATED,
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
