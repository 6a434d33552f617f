"""Totals of model calls by day, updated as events are rated, for previews of price tables and weighted units."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from operator import add
from typing import Final

from apps.common.rows import RowWriter
from apps.usage.event_amounts import NO_MORE
from apps.usage.models import CallDay
from apps.usage.models.call_days import SIZES
from apps.usage.partitions import SIGN
from apps.usage.rated_events import TOKENS, RatedEvent

DIMENSIONS: Final = ("model", "provider", "service_tier", "variant", "region", "operation", "operator")
KEYS: Final = ("organization_id", "day", "meter_id", *DIMENSIONS, "billing_mode", "above", "names", "of")
SUMS: Final = ("event_count", "quantity_micros", "input_tokens", "output_tokens", "amount", "charge_micros")


def note_calls(events: Iterable[RatedEvent], writer: RowWriter) -> None:
    """Add rated model calls to their day totals."""
    groups: dict[tuple[object, ...], _Calls] = {}
    for event in events:
        if event.counts != TOKENS:
            continue
        tokens, more = abs(event.totals.input_tokens), event.more
        above = 0 if tokens <= SIZES[1] else SIZES[bisect_left(SIZES, tokens) - 1]
        key = (event.kind, above) if more is NO_MORE else (event.kind, above, *more.details, *more.quantities)
        group = groups.get(key)
        if group is None:
            group = groups[key] = _Calls(event, above)
        group.add(event)
    rows: dict[tuple[object, ...], list[int]] = {}
    for group in groups.values():
        for row_key, sums in group.rows():
            row = rows.setdefault(row_key, [0] * len(SUMS))
            row[:] = map(add, row, sums)
    writer.add(CallDay, KEYS, SUMS, [(*key, *sums) for key, sums in rows.items()])


class _Calls:
    """Calls of a batch that are alike and have the same details: the first of them, and their totals."""

    def __init__(self, first: RatedEvent, above: int) -> None:
        self._first, self._above = first, above
        self._calls, self._names = [0] * len(SUMS), (*first.more.details, *first.more.quantities)
        self._amounts: list[tuple[int, ...]] = []

    def add(self, event: RatedEvent) -> None:
        """Add a call."""
        totals, sums, more = event.totals, self._calls, event.more
        sums[0] += event.sign
        sums[1] += totals.quantity_micros
        sums[2] += totals.input_tokens
        sums[3] += totals.output_tokens
        sums[5] += event.charge_micros
        if self._names:
            self._amounts.append((*more.details.values(), *more.quantities.values()))

    def rows(self) -> Iterator[tuple[tuple[object, ...], list[int]]]:
        """Yield the keys and sums of their rows: one of the calls, and one of each detail or unit."""
        first, text = self._first, self._first.texts.get
        assert first.meter is not None, "only rated events are counted"
        amounts = dict(zip(self._names, map(sum, zip(*self._amounts, strict=True)), strict=True))
        key = (
            *(first.organization_id, first.counted_on, first.meter.pk),
            *[text(name, "") for name in DIMENSIONS],
            *(first.billing_mode, self._above, ",".join(sorted(amounts))),
        )
        yield (*key, ""), self._calls
        for name, amount in amounts.items():
            yield (*key, name), [0, 0, 0, 0, amount, 0]


def event_calls(events: str) -> tuple[str, str]:
    """Return the SQL of what these totals sum: the calls, and their details and units."""
    dimensions = ", ".join(f"e.{name}" for name in (*DIMENSIONS, "billing_mode"))
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
        " {0} WHERE e.state = 'rated'"
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
