"""Totals by meter and dimension, of days and months, updated as events are rated."""

from collections.abc import Callable, Iterable
from datetime import UTC, date
from uuid import UUID

from django.conf import settings

from apps.common.money import MICROS_PER_UNIT
from apps.common.rows import RowWriter
from apps.pricing.breakdowns import VALUES_A_DAY, Breakdown, read_breakdowns
from apps.usage.event_sums import EventSum
from apps.usage.models import BreakdownTotal, LateUsageDay, UnknownModel, UsageDay
from apps.usage.models.rollups import DAY_DIMENSIONS
from apps.usage.rated_events import RatedEvent, Reason
from apps.usage.services.characters import Activation

KEYS = ("organization_id", "day", "meter_id", *DAY_DIMENSIONS)
NO_TEXTS = ("",) * len(DAY_DIMENSIONS)
SUMS = ("event_count", "quantity_micros", "input_tokens", "output_tokens", "charge_micros", "cost_picos")
LATE_KEYS = ("organization_id", "day", "corrects_month", "meter_id", "model")
LATE_SUMS = SUMS[:-1]
BROKEN_DOWN = ("organization_id", "meter_id", "by", "is_month", "day", "cost_currency", "kind")
VALUES = ("value_1", "value_2")


def roll_up(added: Iterable[EventSum], activations: Iterable[Activation], writer: RowWriter) -> None:
    """Add rated events and priced activations to their day totals, and those of closed months to the late ones.

    An activation adds one unit of the character meter and its charge, but no event: its event counts on its own meter.
    """
    days: dict[tuple[object, ...], list[int]] = {}
    late: dict[tuple[object, ...], list[int]] = {}
    for group in added:
        _count(days.setdefault(_key(group.first), [0] * len(SUMS)), group.sums)
        if group.first.corrects_month is not None:
            _count(late.setdefault(_late_key(group.first), [0] * len(SUMS)), group.sums)
    for each in activations:
        if each.price is not None:
            key = (each.organization.pk, each.counted_on, each.price.meter_id, *NO_TEXTS)
            total = days.setdefault(key, [0] * len(SUMS))
            total[1] += MICROS_PER_UNIT
            total[4] += each.charge_micros
            if each.late:
                late_key = (each.organization.pk, each.counted_on, each.month, each.price.meter_id, "")
                total = late.setdefault(late_key, [0] * len(SUMS))
                total[1] += MICROS_PER_UNIT
                total[4] += each.charge_micros
    writer.add(UsageDay, KEYS, SUMS, [(*key, *total) for key, total in days.items()])
    writer.add(LateUsageDay, LATE_KEYS, LATE_SUMS, [(*key, *total[:-1]) for key, total in late.items()])


def note_breakdowns(added: Iterable[EventSum], writer: RowWriter) -> None:
    """Add rated events to the breakdowns that their meters keep for their days and months."""
    days: dict[tuple[object, ...], list[int]] = {}
    months: dict[tuple[object, ...], list[int]] = {}
    kept: dict[int, list[Breakdown]] = {}
    for group in added:
        event, meter = group.first, group.first.meter
        if meter is None or not meter.breakdowns:
            continue
        if meter.pk not in kept:
            kept[meter.pk] = read_breakdowns(meter.breakdowns)
        for each in kept[meter.pk]:
            if event.counted_on >= each.first_counted:
                values = values_of(each, event.text)
                place = (event.organization_id, meter.pk, each.name)
                parts = group.kinds.items() if each.has_kinds else ()
                for sums, day in ((days, event.counted_on), (months, event.counted_on.replace(day=1))):
                    key = (*place, sums is months, day, event.cost.currency)
                    for kind, amounts in (("", group.sums), *parts):
                        _count(sums.setdefault((*key, kind, *values), [0] * len(SUMS)), amounts)
    for sums, most in ((days, VALUES_A_DAY), (months, settings.BREAKDOWN_VALUES_A_MONTH)):
        rows = [(*key, *total) for key, total in sums.items()]
        writer.add_within(BreakdownTotal, BROKEN_DOWN, VALUES, SUMS, rows, most=most)


def values_of(breakdown: Breakdown, text: Callable[[str], str]) -> tuple[str, str]:
    """Return the two values by which a breakdown counts an event with these texts."""
    first, second, *_ = (*map(text, breakdown.by), "", "")
    return first, second


def _count(total: list[int], amounts: Iterable[int]) -> None:
    for place, amount in enumerate(amounts):
        total[place] += amount


def note_unknown_models(events: Iterable[RatedEvent], writer: RowWriter) -> None:
    """Count the events of models without their own price: waiting ones, and those charged at the price for any model.

    An event that waited for its model's price stops counting as waiting, unless it still has no price.
    """
    found: dict[tuple[UUID, int, str, str], list[int]] = {}
    days: dict[tuple[UUID, int, str, str], list[date]] = {}
    for event in events:
        waited, waits = event.waited_for == Reason.UNKNOWN_MODEL, event.reason == Reason.UNKNOWN_MODEL
        is_charged = event.has_unknown_model and not event.reason
        if event.meter is None or not (waited or waits or is_charged):
            continue
        key = (event.organization_id, event.meter.pk, event.name_sent or event.text("model"), event.text("provider"))
        counts = found.setdefault(key, [0, 0, 0, 0])
        counts[0] += waits - waited
        counts[1] += event.sign * is_charged
        counts[2] += 0 if event.waited_for else event.tokens
        counts[3] += event.charge_micros if is_charged else 0
        days.setdefault(key, []).append(event.counted_on if is_charged else event.time.astimezone(UTC).date())
    rows = [(*key, *counts, max(days[key]), min(days[key])) for key, counts in sorted(found.items())]
    keys = ("organization_id", "meter_id", "model", "provider")
    sums = ("waiting_count", "event_count", "tokens", "charge_micros")
    writer.add(UnknownModel, keys, sums, rows, newest=("last_seen_on",), first=("first_seen_on",))


def _late_key(event: RatedEvent) -> tuple[object, ...]:
    assert event.meter is not None, "only rated events are rolled up"
    text = event.texts.get("model", "")
    return event.organization_id, event.counted_on, event.corrects_month, event.meter.pk, text


def _key(event: RatedEvent) -> tuple[object, ...]:
    assert event.meter is not None, "only rated events are rolled up"
    text = event.texts.get
    return (
        event.organization_id,
        event.counted_on,
        event.meter.pk,
        text("model", ""),
        text("provider", ""),
        text("operation", ""),
        text("event_type", ""),
        text("operator", ""),
        event.billing_mode,
        event.cost.currency,
    )
