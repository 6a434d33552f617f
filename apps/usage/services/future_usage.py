"""Usage ahead of the clock, stored separately so that windows that end now can subtract it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from apps.common.money import MICROS_PER_UNIT
from apps.common.rows import RowWriter
from apps.usage.event_sums import EventSum
from apps.usage.models import FutureUsage
from apps.usage.rated_events import RatedEvent
from apps.usage.services.characters import Activation, CharacterDay

_KEYS = ("organization_id", "counts_from", "day", "meter_id", "operation", "event_type", "character")
_SUMS = ("event_count", "quantity_micros", "input_tokens", "output_tokens", "charge_micros")
_CHARACTER = ("organization_id", "day", "character")
Key = tuple[UUID, datetime, date, int | None, str, str, str]


def note_future_usage(
    added: Iterable[EventSum], activations: Sequence[Activation], writer: RowWriter, *, now: datetime
) -> None:
    """Store the rated events and new activations that are ahead of the clock; their organizations are locked."""
    rows = _event_sums(event for group in added for event in group.ahead)
    for each in activations:
        if each.active_from > now and not each.late:
            meter_id, quantity, charge = _price(each)
            key = (each.organization.pk, each.active_from, each.counted_on, meter_id, "", "", each.character)
            rows[key] = [0, quantity, 0, 0, charge]
    if rows:
        organizations = [(pk,) for pk in sorted({key[0] for key in rows})]
        writer.delete_until(FutureUsage, ("organization_id",), organizations, "counts_from", now)
        writer.insert(FutureUsage, (*_KEYS, *_SUMS), [(*key, *sums) for key, sums in rows.items()])


def price_future_characters(activations: Sequence[Activation], writer: RowWriter, *, now: datetime) -> None:
    """Add the charge of characters that had no price when they appeared and are still ahead of the clock."""
    rows = [
        (each.organization.pk, each.counted_on, each.character, *_price(each))
        for each in activations
        if each.activated_at > now
    ]
    writer.update(FutureUsage, _CHARACTER, ("meter_id", "quantity_micros", "charge_micros"), rows)


def move_future_characters(earliest: Mapping[CharacterDay, datetime], writer: RowWriter) -> None:
    """Move the time from which characters ahead of the clock count to an earlier one, on their activation's day."""
    writer.lower(FutureUsage, _CHARACTER, "counts_from", [(*key, moment) for key, moment in earliest.items()])


def _event_sums(events: Iterable[RatedEvent]) -> dict[Key, list[int]]:
    rows: dict[Key, list[int]] = {}
    for event in events:
        assert event.meter is not None, "a rated event has a meter"
        group = (event.meter.pk, event.text("operation"), event.text("event_type"), "")
        sums = rows.setdefault((event.organization_id, event.time, event.counted_on, *group), [0] * len(_SUMS))
        sums[0] += event.sign
        sums[1] += event.totals.quantity_micros
        sums[2] += event.totals.input_tokens
        sums[3] += event.totals.output_tokens
        sums[4] += event.charge_micros
    return rows


def _price(each: Activation) -> tuple[int | None, int, int]:
    """Return the meter, quantity and charge of an activation in day totals; none while it has no price."""
    return (each.price.meter_id, MICROS_PER_UNIT, each.charge_micros) if each.price is not None else (None, 0, 0)
