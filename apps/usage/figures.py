"""Monthly figures that are not sums: the greatest quantity, the latest quantity, or the number of distinct values.

There is one figure for each organization, meter, model, billing mode and UTC month. An event's quantity is the change
that it makes to its figure: 0 for most events, and possibly negative. So counters, day totals and breakdowns add events
up as for any other meter, and the sum of a month is its figure. Which event decides a figure depends only on the
events, never on the order in which they arrive.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Model

from apps.common.money import MICROS_PER_UNIT
from apps.pricing.rating import Totals
from apps.usage.models import MonthFigure, MonthValue
from apps.usage.rated_events import LATEST, MAX, UNIQUE, DecidingEvent, RatedEvent

KEYS = ("organization_id", "meter_id", "month", "model", "billing_mode")
TOLD = ("quantity_micros", "decided_at", "decided_by", "decided_source")
Key = tuple[UUID, int, date, str, str]
Rows = list[tuple[Any, ...]]


def deciding(counts: str, standing: DecidingEvent | None, told: DecidingEvent) -> DecidingEvent:
    """Return which of two events decides a figure.

    If the meter counts the greatest quantity, it is the event with the greater quantity; otherwise, or if they are
    equal, the later event. Between events of the same time, the greater id decides.
    """
    if standing is None:
        return told
    if counts == MAX:
        return max(standing, told, key=lambda each: (each.quantity_micros, each.at, each.event_id, each.source))
    return max(standing, told, key=lambda each: (each.at, each.event_id, each.source))


class Figures:
    """The figures of a batch's events, read under their organizations' locks in at most two statements."""

    def __init__(self, events: Sequence[RatedEvent]) -> None:
        self._standing: dict[Key, DecidingEvent | None] = {}
        self._values: dict[tuple[Any, ...], int] = {}
        self._changed: set[tuple[Any, ...]] = set()
        self._last: tuple[dict[Any, Any], Any, Any] | None = None
        quantities = [event for event in events if event.counts in (MAX, LATEST)]
        values = [event for event in events if event.counts == UNIQUE]
        if quantities:
            for row in _of(MonthFigure, quantities).exclude(decided_at=None):
                told = DecidingEvent(row.quantity_micros, row.decided_at, row.decided_by, row.decided_source)
                self._standing[tuple(getattr(row, name) for name in KEYS)] = told
        if values:
            for row in _of(MonthValue, values).filter(value__in={value_of(event) for event in values}):
                self._values[(*(getattr(row, name) for name in KEYS), row.value)] = row.event_count

    def count(self, event: RatedEvent) -> None:
        """Set an event's totals to the change that it makes to its figure."""
        difference = self._value(event) if event.counts == UNIQUE else self._quantity(event)
        event.totals = Totals(difference)

    def undo(self) -> None:
        """Undo the change by the event that was counted last."""
        if self._last is not None:
            figures, key, before = self._last
            figures[key] = before

    def changed(self) -> tuple[Rows, Rows]:
        """Return the changed rows of `MonthFigure` and of `MonthValue`: their keys, then their values."""
        figures = [(*key, *_facts(told)) for key, told in self._standing.items() if key in self._changed]
        values = [(*key, count) for key, count in self._values.items() if key in self._changed]
        return sorted(figures, key=str), sorted(values, key=str)

    def _quantity(self, event: RatedEvent) -> int:
        key = key_of(event)
        before = self._standing.get(key)
        if event.voids is not None:
            after = event.remaining
        else:
            assert event.quantity_micros is not None, "an event without a quantity does not fit its meter"
            event.reported_micros = event.quantity_micros
            after = deciding(event.counts, before, as_deciding(event))
        self._put(self._standing, key, before, after)
        return (after.quantity_micros if after else 0) - (before.quantity_micros if before else 0)

    def _value(self, event: RatedEvent) -> int:
        key = (*key_of(event), value_of(event))
        before = self._values.get(key, 0)
        self._put(self._values, key, before, before + event.sign)
        return MICROS_PER_UNIT * ((before + event.sign > 0) - (before > 0))

    def _put(self, figures: dict[Any, Any], key: Any, before: Any, after: Any) -> None:
        self._last = (figures, key, before)
        figures[key] = after
        self._changed.add(key)


def key_of(event: RatedEvent) -> Key:
    """Return the figure that an event belongs to."""
    assert event.meter is not None, "an event of a figure has a meter"
    return event.organization_id, event.meter.pk, event.month, event.text("model"), event.billing_mode


def value_of(event: RatedEvent) -> str:
    """Return the value that an event's meter counts as distinct."""
    assert event.meter is not None, "an event of a figure has a meter"
    return event.text(event.meter.unique_of)


def as_deciding(event: RatedEvent) -> DecidingEvent:
    """Return an event in the form in which it is compared."""
    return DecidingEvent(event.quantity_micros or 0, event.time, *event.names)


def _of(model: type[Model], events: Sequence[RatedEvent]) -> Any:
    keys = [key_of(event) for event in events]
    names = ("organization", "meter", "month", "model", "billing_mode")
    wanted = {f"{name}__in": set(values) for name, values in zip(names, zip(*keys, strict=True), strict=True)}
    return model._default_manager.filter(**wanted)


def _facts(told: DecidingEvent | None) -> tuple[Any, ...]:
    return (0, None, "", "") if told is None else (told.quantity_micros, told.at, told.event_id, told.source)
