"""Totals of model calls by day, updated as events are rated, for previews of price tables."""

from bisect import bisect_left
from collections.abc import Iterable
from typing import Final

from apps.common.rows import Writing
from apps.usage.models import BYOK, CallDay
from apps.usage.models.call_days import SIZES
from apps.usage.partitions import SIGN
from apps.usage.rated_events import TOKENS, RatedEvent

DIMENSIONS: Final = ("model", "provider", "service_tier", "variant", "region", "operation", "operator")
KEYS: Final = ("organization_id", "day", "meter_id", *DIMENSIONS, "above", "names", "of")
SUMS: Final = ("event_count", "quantity_micros", "input_tokens", "output_tokens", "amount", "charge_micros")


def note_calls(events: Iterable[RatedEvent], writing: Writing) -> None:
    """Add rated model calls to their day totals."""
    rows: dict[tuple[object, ...], list[int]] = {}
    for event in events:
        meter = event.meter
        if meter is None or meter.counts != TOKENS or event.billing_mode == BYOK:
            continue
        totals, text = event.totals, event.texts.get
        above = SIZES[max(bisect_left(SIZES, abs(totals.input_tokens)) - 1, 0)]
        details = (*event.more.details.items(), *event.more.quantities.items())
        key = (
            *(event.organization_id, event.counted_on, meter.pk),
            *[text(name, "") for name in DIMENSIONS],
            *(above, ",".join(sorted([name for name, _ in details]))),
        )
        row = rows.setdefault((*key, ""), [0] * len(SUMS))
        row[0] += event.sign
        row[1] += totals.quantity_micros
        row[2] += totals.input_tokens
        row[3] += totals.output_tokens
        row[5] += event.charge_micros
        for name, amount in details:
            rows.setdefault((*key, name), [0] * len(SUMS))[4] += amount
    writing.add(CallDay, KEYS, SUMS, [(*key, *sums) for key, sums in rows.items()])


def event_calls(events: str) -> tuple[str, str]:
    """Return the SQL of what these totals sum: the calls, and their details and units."""
    dimensions = ", ".join(f"e.{name}" for name in DIMENSIONS)
    sizes = ", ".join(f"{size + 1}" for size in SIZES)
    source = events.replace("AS every_event", "AS e") if " AS " in events else f"{events} AS e"
    keys = (
        f"e.organization_id, e.counted_on AS day, e.meter_id, {dimensions},"
        f" (ARRAY[0, {', '.join(map(str, SIZES))}])[1 + width_bucket(abs(COALESCE(e.input_tokens, 0)),"
        f" ARRAY[{sizes}]::bigint[])]::bigint AS above,"
        " array_to_string(ARRAY(SELECT jsonb_object_keys(COALESCE(e.amounts, '{}')) COLLATE \"C\" ORDER BY 1), ',')"
        " AS names"
    )
    rated = (
        f" FROM {source} JOIN pricing_meter m ON m.id = e.meter_id AND m.counts = '{TOKENS}'"
        " {0} WHERE e.state = 'rated' AND e.billing_mode <> '" + BYOK + "'"
    )
    sign = SIGN.replace("voids", "e.voids")
    return (
        f"SELECT {keys}, '' AS of, {sign} AS event_count, COALESCE(e.quantity_micros, 0) AS quantity_micros,"
        " COALESCE(e.input_tokens, 0) AS input_tokens, COALESCE(e.output_tokens, 0) AS output_tokens, 0 AS amount,"
        f" e.charge_micros{rated.format('')}",
        f"SELECT {keys}, a.key AS of, 0 AS event_count, 0 AS quantity_micros, 0 AS input_tokens, 0 AS output_tokens,"
        f" a.value::bigint AS amount, 0 AS charge_micros"
        f"{rated.format('CROSS JOIN LATERAL jsonb_each_text(e.amounts) AS a')}",
    )
