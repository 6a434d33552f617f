"""Distinct sessions, projects and characters in any window that ends now, without a row per day and id.

An id counts in such a window when its newest day lies in it. So the newest day of each id is kept, and how many ids
have each day as their newest; the answer adds up at most one row per day.
"""

from collections import Counter as Tally
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from apps.usage.bulk import add_rows, find_rows, put_rows
from apps.usage.drafts import Draft
from apps.usage.models import Presence, PresenceDay

KINDS = tuple(Presence.Kind.values)
Key = tuple[UUID, str, str]
_KEYS = ("organization_id", "kind", "value")


def note_presence(drafts: Iterable[Draft]) -> None:
    """Move each id to the newest day on which it was seen."""
    seen: dict[Key, date] = {}
    for draft in drafts:
        for kind in KINDS:
            value = draft.texts.get(kind)
            if value:
                key = (draft.organization_id, kind, value)
                seen[key] = max(draft.counted_on, seen.get(key, date.min))
    known = {(row["organization_id"], row["kind"], row["value"]): row["last_day"] for row in _known(seen)}
    moved = {key: day for key, day in seen.items() if day > known.get(key, date.min)}
    put_rows(Presence, _KEYS, ("last_day",), [(*key, day) for key, day in sorted(moved.items())])
    add_rows(PresenceDay, ("organization_id", "kind", "day"), ("id_count",), _day_changes(moved, known))


def _known(seen: dict[Key, date]) -> list[dict[str, Any]]:
    return find_rows(Presence, _KEYS, (*_KEYS, "last_day"), seen)


def _day_changes(moved: dict[Key, date], known: dict[Key, date]) -> list[tuple[UUID, str, date, int]]:
    changes: Tally[tuple[UUID, str, date]] = Tally()
    for (organization_id, kind, value), day in moved.items():
        changes[organization_id, kind, day] += 1
        before = known.get((organization_id, kind, value))
        if before is not None:
            changes[organization_id, kind, before] -= 1
    return [(*key, change) for key, change in sorted(changes.items()) if change]
