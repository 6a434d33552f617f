"""Usage that is ahead of the clock, kept apart until its time comes, so that windows that end now can leave it out."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from apps.common.money import MICROS_PER_UNIT
from apps.usage.bulk import insert_rows
from apps.usage.models import UsageAhead
from apps.usage.rated_events import RatedEvent
from apps.usage.services.characters import Activation

_KEYS = ("organization_id", "counts_from", "day", "meter_id", "operation", "event_type")
_SUMS = ("event_count", "quantity_micros", "input_tokens", "output_tokens", "charge_micros", "character_count")
Key = tuple[UUID, datetime, date, int | None, str, str]


def note_ahead(
    drafts: Iterable[RatedEvent], activations: Sequence[Activation], *, now: datetime, newly_active: bool = True
) -> None:
    """Keep what of rated events and activations is ahead of the clock; called where they enter the day totals.

    `newly_active` is whether the activations raise their month's mark, and not only get their price.
    """
    rows: dict[Key, list[int]] = {}
    for draft in drafts:
        if draft.time > now and draft.meter is not None:
            totals, texts = draft.totals, draft.texts
            about = (draft.meter.pk, texts.get("operation", ""), texts.get("event_type", ""))
            counted = [1, totals.quantity_micros, totals.input_tokens, totals.output_tokens, draft.charge_micros, 0]
            _add(rows, (draft.organization_id, draft.time, draft.counted_on, *about), counted)
    for each in activations:
        if each.activated_at > now:
            quantity, meter = (MICROS_PER_UNIT, each.price.meter_id) if each.price is not None else (0, None)
            new = int(newly_active and not each.late)
            key = (each.organization.pk, each.activated_at, each.counted_on, meter, "", "")
            _add(rows, key, [0, quantity, 0, 0, each.charge_micros, new])
    if rows:
        organizations = {key[0] for key in rows}
        UsageAhead.objects.filter(organization__in=organizations, counts_from__lte=now).delete()
        insert_rows(UsageAhead, (*_KEYS, *_SUMS), [(*key, *sums) for key, sums in rows.items()])


def _add(rows: dict[Key, list[int]], key: Key, amounts: Sequence[int]) -> None:
    before = rows.get(key, [0] * len(amounts))
    rows[key] = [had + amount for had, amount in zip(before, amounts, strict=True)]
