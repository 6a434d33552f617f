"""Findings for staff in reports of model calls: unknown members, tokens that differ from those counted, free units."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from apps.common.rows import RowWriter
from apps.pricing.cells import CellTable
from apps.usage.event_reader import FIRST_HAND, LOGGED, PLATFORM, TRACED, ParsedEvent
from apps.usage.models import ReportFinding
from apps.usage.rated_events import RatedEvent

_KEYS = ("organization_id", "kind", "meter_slug", "model", "name")
_SUMS = ("report_count", "tokens")
_LAST = ("last_event_id", "last_seen_on")
_REPORTERS = {TRACED: "a tracer", LOGGED: "a gateway", FIRST_HAND: "a vendor or the sender"}


def note_unread(taken: Iterable[tuple[ParsedEvent, UUID]], writer: RowWriter, now: datetime) -> None:
    """Count members of new events that seem to count tokens but are not read."""
    kind = ReportFinding.Kind.UNREAD
    _note(((parsed, owner, kind, name) for parsed, owner in taken for name in parsed.unread), writer, now)


def note_free_units(taken: Iterable[tuple[ParsedEvent, RatedEvent]], writer: RowWriter, now: datetime) -> None:
    """Count the units of new events that cost nothing, since the price of the event has no price for them."""
    kind = ReportFinding.Kind.FREE
    free = (
        (parsed, event.organization_id, kind, name)
        for parsed, event in taken
        if event.more.quantities and event.price is not None
        for name in _free_units(event.more.quantities, event.price.rule.table)
    )
    _note(free, writer, now)


def _free_units(units: Iterable[str], table: CellTable | None) -> list[str]:
    """Return the units that are not charged; only a price table has prices of units, or charges the whole cost."""
    if table is None:
        return list(units)
    return [] if table.per_cost_ppm else [name for name in units if name not in table.priced_units]


def note_different(reports: Iterable[tuple[ParsedEvent, UUID]], writer: RowWriter, now: datetime) -> None:
    """Count reports whose tokens differ from those of the report that counts."""
    kind = ReportFinding.Kind.DIFFERS
    _note(((parsed, owner, kind, _REPORTERS[parsed.rank % PLATFORM]) for parsed, owner in reports), writer, now)


def _note(found: Iterable[tuple[ParsedEvent, UUID, str, str]], writer: RowWriter, now: datetime) -> None:
    sums: dict[tuple[Any, ...], list[Any]] = {}
    for parsed, owner, kind, name in found:
        key = (owner, kind, parsed.type, parsed.labels.texts.get("model", ""), name)
        total = sums.setdefault(key, [0, 0, ""])
        total[0] += 1
        total[1] += (parsed.input_tokens or 0) + (parsed.output_tokens or 0)
        total[2] = parsed.id
    today = now.astimezone(UTC).date()
    rows = [(*key, *total, today, today) for key, total in sorted(sums.items())]
    writer.add(ReportFinding, _KEYS, _SUMS, rows, newest=_LAST, first=("first_seen_on",))
