"""Day totals by meter and dimension, kept as events are rated."""

from collections.abc import Iterable

from apps.common.money import MICROS_PER_UNIT
from apps.usage.bulk import add_rows
from apps.usage.drafts import Draft
from apps.usage.models import UsageDay
from apps.usage.services.characters import Activation

KEYS = ("organization_id", "day", "meter_id", "model", "operation", "event_type", "operator", "billing_mode")
SUMS = ("event_count", "quantity_micros", "input_tokens", "output_tokens", "charge_micros")


def roll_up(drafts: Iterable[Draft], activations: Iterable[Activation]) -> None:
    """Add rated events and priced activations to their days, in one statement.

    An activation adds one of the character meter's unit and its charge, and no event: that is counted on its own meter.
    """
    days: dict[tuple[object, ...], list[int]] = {}
    for draft in drafts:
        total = days.setdefault(_key(draft), [0, 0, 0, 0, 0])
        total[0] += 1
        total[1] += draft.totals.quantity_micros
        total[2] += draft.totals.input_tokens
        total[3] += draft.totals.output_tokens
        total[4] += draft.charge_micros
    for each in activations:
        if each.price is not None:
            key = (each.organization.pk, each.counted_on, each.price.meter_id, "", "", "", "", "")
            total = days.setdefault(key, [0, 0, 0, 0, 0])
            total[1] += MICROS_PER_UNIT
            total[4] += each.charge_micros
    add_rows(UsageDay, KEYS, SUMS, [(*key, *total) for key, total in days.items()])


def _key(draft: Draft) -> tuple[object, ...]:
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
    )
