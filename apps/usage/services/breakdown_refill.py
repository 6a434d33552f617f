# ruff: noqa: S608 (statements made of this project's own names)
"""Add the events of the past up again for breakdowns; the caller has locked their organization."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connection
from django.db.models import Max, Min, Sum

from apps.common.periods import add_months
from apps.common.rows import RowWriter
from apps.pricing.breakdowns import VALUES_A_DAY, Breakdown, read_breakdowns
from apps.pricing.models import Meter
from apps.pricing.resolution import Price
from apps.pricing.selectors import versions_by_id
from apps.usage.event_kinds import Parts, parts_of_row
from apps.usage.event_labels import TEXTS
from apps.usage.models import BreakdownTotal, UsageEvent
from apps.usage.services.all_events import EVENTS
from apps.usage.services.rollups import BROKEN_DOWN, SUMS, VALUES, values_of

COLUMNS = (
    "id",
    "organization_id",
    "counted_on",
    "meter_id",
    "price_version_id",
    "quantity_micros",
    "input_tokens",
    "output_tokens",
    "amounts",
    "charge_micros",
    "cost_picos",
    "cost_currency",
    "cost_version_id",
    "voids",
    *TEXTS,
)
KEYS = (*BROKEN_DOWN, *VALUES, "is_other")
PART = 2_500  # events of a day that are added under one lock
_AT_ONCE = 1_000
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class DayPart:
    """How far a day was added: the ids of the newest event that was added, and of the last one to add."""

    newest: int
    last: int


class BreakdownSums:
    """Sums of an organization's events by the breakdowns of their meters.

    For each day and month the values that come first have rows of their own; their number is bounded as at ingestion.
    If these are sums of a part, that is left to `add_to_rows`.
    """

    def __init__(self, kept: Mapping[int, Sequence[Breakdown]], *, is_part: bool = False) -> None:
        self._kept, self._is_part = kept, is_part
        self._named: dict[Key, set[tuple[str, str]]] = {}
        self.rows: dict[Key, list[int]] = {}

    def add(self, event: UsageEvent, parts: Parts, *, with_months: bool) -> None:
        """Add an event to its days, and to its months as well."""
        assert event.meter_id is not None, "a rated event has a meter"
        assert event.counted_on is not None, "a rated event counts on a day"
        whole = (
            1 if event.voids is None else -1,
            *(event.quantity_micros or 0, event.input_tokens or 0, event.output_tokens or 0),
            *(event.charge_micros, event.cost_picos or 0),
        )
        for each in self._kept.get(event.meter_id, ()):
            if event.counted_on < each.first_counted:
                continue
            values, place = values_of(each, lambda name: getattr(event, name)), (event.organization_id, event.meter_id)
            for is_month in (False, True) if with_months else (False,):
                day = event.counted_on.replace(day=1) if is_month else event.counted_on
                key = (*place, each.name, is_month, day, event.cost_currency)
                for kind, amounts in (("", whole), *(parts.items() if each.has_kinds else ())):
                    self.add_to(key, kind, values, amounts)

    def add_to(self, key: Key, kind: str, values: tuple[str, str] | None, amounts: Sequence[int]) -> None:
        """Add amounts to the row of a day or month and kind that counts these values; None: no value of its own."""
        place = (*key, kind, *self._own(key, values))
        before = self.rows.get(place, [0] * len(SUMS))
        self.rows[place] = [one + other for one, other in zip(before, amounts, strict=True)]

    def write(self, writer: RowWriter) -> None:
        """Add all rows to the given writes."""
        writer.add(BreakdownTotal, KEYS, SUMS, [(*key, *sums) for key, sums in self.rows.items()])

    def add_to_rows(self, writer: RowWriter) -> None:
        """Add the sums of a part to the existing rows of days, as at ingestion."""
        rows = [(*key[:-1], *sums) for key, sums in self.rows.items()]
        writer.add_within(BreakdownTotal, BROKEN_DOWN, VALUES, SUMS, rows, most=VALUES_A_DAY)

    def _own(self, key: Key, values: tuple[str, str] | None) -> tuple[str, str, bool]:
        """Return the values whose row counts an event, and whether that row adds up all further values."""
        if self._is_part and values is not None:
            return (*values, False)
        named = self._named.setdefault(key, set())
        if values is not None and values not in named:
            if len(named) < (settings.BREAKDOWN_VALUES_A_MONTH if key[3] else VALUES_A_DAY):
                named.add(values)
            else:
                values = None
        return ("", "", True) if values is None else (*values, False)


def refill_all(organization_id: UUID, events: str) -> None:
    """Fill all breakdowns of an organization again from all of its events."""
    kept = {meter.pk: read_breakdowns(meter.breakdowns) for meter in Meter.objects.exclude(breakdowns=[])}
    sums = BreakdownSums(kept)
    for event, parts in rated_events(events, "organization_id = %s", [organization_id], kept):
        sums.add(event, parts, with_months=True)
    BreakdownTotal.objects.filter(organization=organization_id).delete()
    _write(sums)


def refill_day(
    organization_id: UUID, meter: Meter, breakdown: Breakdown, day: date, begun: DayPart | None
) -> DayPart | None:
    """Fill a day of a breakdown again from its events in the database; one call adds `PART` events.

    The first call deletes the day's rows, and notes the newest event: later ones are counted as they arrive. Return how
    far it got, or None at the day's end.
    """
    if begun is None:
        _rows_of(organization_id, meter, breakdown).filter(is_month=False, day=day).delete()
        events = UsageEvent.objects.filter(organization=organization_id, counted_on=day)
        begun = DayPart(0, events.aggregate(last=Max("id"))["last"] or 0)
    kept = {meter.pk: [breakdown]}
    sums, count, newest = BreakdownSums(kept, is_part=True), 0, 0
    where, wanted = "organization_id = %s AND counted_on = %s AND id > %s AND id <= %s", (begun.newest, begun.last)
    for event, parts in rated_events(EVENTS, where, [organization_id, day, *wanted], kept, limit=PART):
        sums.add(event, parts, with_months=False)
        count, newest = count + 1, event.pk
    writer = RowWriter()
    sums.add_to_rows(writer)
    writer.run()
    return DayPart(newest, begun.last) if count == PART else None


def refill_month(organization_id: UUID, meter: Meter, breakdown: Breakdown, month: date) -> None:
    """Fill a month of a breakdown again from its days; what has no row of its own on a day has none in the month."""
    rows = _rows_of(organization_id, meter, breakdown)
    days = rows.filter(is_month=False, day__gte=month, day__lt=add_months(month, 1))
    summed = {f"sum_{name}": Sum(name) for name in SUMS}
    sums = BreakdownSums({})
    for row in (
        days.values("cost_currency", "kind", *VALUES, "is_other")
        .annotate(**summed, first=Min("id"))
        .order_by("is_other", "kind", "first")
    ):
        key = (organization_id, meter.pk, breakdown.name, True, month, row["cost_currency"])
        values = (row["value_1"], row["value_2"])
        sums.add_to(key, row["kind"], None if row["is_other"] else values, [int(row[name]) for name in summed])
    rows.filter(is_month=True, day=month).delete()
    _write(sums)


def rated_events(
    events: str,
    where: str,
    wanted: Sequence[UUID | date | int],
    kept: Mapping[int, Sequence[Breakdown]],
    limit: int | None = None,
) -> Iterator[tuple[UsageEvent, Parts]]:
    """Yield rated events in order of arrival, each with its parts if a breakdown of its meter is by kind."""
    with_parts = {meter_id for meter_id, found in kept.items() if any(each.has_kinds for each in found)}
    prices: dict[int, Price] = {}
    meters = ", ".join(map(str, kept)) or "0"
    columns = ", ".join(f'"{name}"' for name in COLUMNS)
    order = "ORDER BY organization_id, counted_on, id"
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM {events} WHERE state = 'rated' AND meter_id IN ({meters}) AND {where} {order}"
            " LIMIT %s",
            [*wanted, limit],
        )
        while rows := cursor.fetchmany(_AT_ONCE):
            found = [_event(row) for row in rows]
            ids = {each.price_version_id for each in found} | {each.cost_version_id for each in found}
            if unread := {each for each in ids if each is not None} - prices.keys():
                prices |= versions_by_id(unread)
            for event in found:
                yield event, parts_of_row(event, prices) if event.meter_id in with_parts else {}


def _event(row: Sequence[Any]) -> UsageEvent:
    named = dict(zip(COLUMNS, row, strict=True))
    amounts = named["amounts"]
    return UsageEvent(**named | {"amounts": orjson.loads(amounts) if isinstance(amounts, str) else amounts})


def _rows_of(organization_id: UUID, meter: Meter, breakdown: Breakdown) -> Any:
    return BreakdownTotal.objects.filter(organization=organization_id, meter=meter, by=breakdown.name)


def _write(sums: BreakdownSums) -> None:
    writer = RowWriter()
    sums.write(writer)
    writer.run()
