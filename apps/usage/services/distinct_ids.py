"""Distinct sessions, projects and characters in any window that ends now, without a row per day and id.

An id counts in such a window when its newest day lies in it. So the newest day of each id is kept, and how many ids
have each day as their newest; the answer adds up at most one row per day.
"""

from collections import Counter as Tally
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from apps.usage.bulk import add_rows, find_rows, put_rows
from apps.usage.models import Presence, PresenceDay
from apps.usage.rated_events import RatedEvent

KINDS = tuple(Presence.Kind.values)
Key = tuple[UUID, str, str]
_KEYS = ("organization_id", "kind", "value")


@dataclass(frozen=True, slots=True)
class Sighting:
    """When an id was seen: the newest day, and where that is ahead of the clock, since when and the day before it."""

    last_day: date
    ahead_at: datetime | None = None
    before_day: date | None = None

    def then(self, moment: datetime, day: date, now: datetime) -> "Sighting":
        """Return it with one more time that the id was seen."""
        ahead_at = self.ahead_at if self.ahead_at is not None and self.ahead_at > now else None
        before = self.before_day if ahead_at is not None else self.last_day
        if moment > now:
            ahead_at = min(moment, ahead_at or moment)
        else:
            before = max(day, before or day)
        return Sighting(max(day, self.last_day), ahead_at, before if ahead_at is not None else None)


def note_presence(drafts: Iterable[RatedEvent], *, now: datetime) -> None:
    """Move each id to the newest day on which it was seen."""
    times: dict[Key, set[tuple[datetime, date]]] = {}
    for draft in drafts:
        for kind in KINDS:
            value = draft.texts.get(kind)
            if value:
                # Of times that have come the day alone matters.
                seen = (max(draft.time, now), draft.counted_on)
                times.setdefault((draft.organization_id, kind, value), set()).add(seen)
    known = {
        (row["organization_id"], row["kind"], row["value"]): Sighting(
            row["last_day"], row["ahead_at"], row["before_day"]
        )
        for row in _known(times)
    }
    moved = {
        key: after for key, seen in times.items() if (after := _after(known.get(key), seen, now)) != known.get(key)
    }
    rows = [(*key, each.last_day, each.ahead_at, each.before_day) for key, each in sorted(moved.items(), key=_by_key)]
    put_rows(Presence, _KEYS, ("last_day", "ahead_at", "before_day"), rows)
    add_rows(PresenceDay, ("organization_id", "kind", "day"), ("id_count",), _day_changes(moved, known))


def _by_key(item: tuple[Key, Sighting]) -> Key:
    return item[0]


def _after(sighting: Sighting | None, seen: Iterable[tuple[datetime, date]], now: datetime) -> Sighting:
    for moment, day in sorted(seen):
        if sighting is None:
            sighting = Sighting(day, moment if moment > now else None)
        else:
            sighting = sighting.then(moment, day, now)
    assert sighting is not None, "an id that was seen was seen some time"
    return sighting


def _known(seen: Iterable[Key]) -> list[dict[str, Any]]:
    return find_rows(Presence, _KEYS, (*_KEYS, "last_day", "ahead_at", "before_day"), seen)


def _day_changes(moved: dict[Key, Sighting], known: dict[Key, Sighting]) -> list[tuple[UUID, str, date, int]]:
    changes: Tally[tuple[UUID, str, date]] = Tally()
    for (organization_id, kind, value), after in moved.items():
        changes[organization_id, kind, after.last_day] += 1
        before = known.get((organization_id, kind, value))
        if before is not None:
            changes[organization_id, kind, before.last_day] -= 1
    return [(*key, change) for key, change in sorted(changes.items()) if change]
