"""Day totals by meter and dimension, updated as events are rated."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from apps.common.money import MICROS_PER_UNIT
from apps.common.rows import Writing
from apps.pricing.breakdowns import VALUES_A_DAY, Breakdown, read_breakdowns
from apps.usage.models import BreakdownDay, UnlistedModel, UsageDay
from apps.usage.rated_events import RatedEvent
from apps.usage.services.characters import Activation

KEYS = (
    "organization_id",
    "day",
    "meter_id",
    "model",
    "operation",
    "event_type",
    "operator",
    "billing_mode",
    "cost_currency",
)
SUMS = ("event_count", "quantity_micros", "input_tokens", "output_tokens", "charge_micros", "cost_picos")
BROKEN_DOWN, VALUES = ("organization_id", "meter_id", "by", "day", "cost_currency"), ("value_1", "value_2")


def roll_up(drafts: Iterable[RatedEvent], activations: Iterable[Activation], writing: Writing) -> None:
    """Add rated events and priced activations to their day totals.

    An activation adds one unit of the character meter and its charge, but no event: its event counts on its own meter.
    """
    days: dict[tuple[object, ...], list[int]] = {}
    for draft in drafts:
        _count(days.setdefault(_key(draft), [0] * len(SUMS)), draft)
    for each in activations:
        if each.price is not None:
            key = (each.organization.pk, each.counted_on, each.price.meter_id, "", "", "", "", "", "")
            total = days.setdefault(key, [0] * len(SUMS))
            total[1] += MICROS_PER_UNIT
            total[4] += each.charge_micros
    writing.add(UsageDay, KEYS, SUMS, [(*key, *total) for key, total in days.items()])


def note_breakdowns(drafts: Iterable[RatedEvent], writing: Writing) -> None:
    """Add rated events to the breakdowns that their meters keep for their days."""
    sums: dict[tuple[object, ...], list[int]] = {}
    kept: dict[int, list[Breakdown]] = {}
    for draft in drafts:
        meter = draft.meter
        if meter is None or not meter.breakdowns:
            continue
        if meter.pk not in kept:
            kept[meter.pk] = read_breakdowns(meter.breakdowns)
        for each in kept[meter.pk]:
            if draft.counted_on >= each.since:
                values = [draft.text(name) for name in each.by]
                place = (draft.organization_id, meter.pk, each.name, draft.counted_on, draft.cost.currency)
                key = (*place, values[0], values[1] if len(values) > 1 else "")
                _count(sums.setdefault(key, [0] * len(SUMS)), draft)
    rows = [(*key, *total) for key, total in sums.items()]
    writing.add_within(BreakdownDay, BROKEN_DOWN, VALUES, SUMS, rows, most=VALUES_A_DAY)


def _count(total: list[int], draft: RatedEvent) -> None:
    total[0] += 1
    total[1] += draft.totals.quantity_micros
    total[2] += draft.totals.input_tokens
    total[3] += draft.totals.output_tokens
    total[4] += draft.charge_micros
    total[5] += draft.cost.picos


def note_unlisted_models(drafts: Iterable[RatedEvent], writing: Writing) -> None:
    """Record models charged at the any-model price while other models have their own, with their charges."""
    found: dict[tuple[UUID, int, str], tuple[int, int, date]] = {}
    for draft in drafts:
        if draft.has_unknown_model and draft.meter is not None:
            key = (draft.organization_id, draft.meter.pk, draft.text("model"))
            events, charge, newest = found.get(key, (0, 0, draft.counted_on))
            found[key] = (events + 1, charge + draft.charge_micros, max(newest, draft.counted_on))
    rows = [(*key, *values) for key, values in sorted(found.items())]
    keys, sums = ("organization_id", "meter_id", "model"), ("event_count", "charge_micros")
    writing.add(UnlistedModel, keys, sums, rows, newest=("last_counted_on",))


def _key(draft: RatedEvent) -> tuple[object, ...]:
    assert draft.meter is not None, "only rated events are rolled up"
    text = draft.texts.get
    return (
        draft.organization_id,
        draft.counted_on,
        draft.meter.pk,
        text("model", ""),
        text("operation", ""),
        text("event_type", ""),
        text("operator", ""),
        draft.billing_mode,
        draft.cost.currency,
    )
