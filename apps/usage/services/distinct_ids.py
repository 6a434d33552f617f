"""Count distinct sessions, projects and characters in windows that end now, without a row per day and id.

An id counts in a window if its newest day is in the window. So each id's newest day is stored, along with the number of
ids per newest day; a query sums at most one row per day. Usage ahead of the clock moves an id to its day at once; the
row stores the time from which that counts, and the newest days before.
"""

from collections import Counter as Tally
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from apps.common.rows import RowWriter
from apps.usage.event_sums import EventSum
from apps.usage.models import DistinctId, DistinctIdDay

KINDS = tuple(DistinctId.Kind.values)
Key = tuple[UUID, str, str]
Sighting = tuple[datetime, date]
_KEYS = ("organization_id", "kind", "value")


class DaysSeen(NamedTuple):
    """The newest day of an id and, while days are ahead of the clock, the ones before; see `DistinctId`."""

    last_day: date
    last_day_from: datetime | None = None
    previous_day: date | None = None
    previous_day_from: datetime | None = None
    earlier_day: date | None = None


def note_distinct_ids(
    added: Iterable[EventSum], known: Mapping[Key, DaysSeen], writer: RowWriter, *, now: datetime
) -> None:
    """Move each id that rated usage names to its newest day; `known` has the days of ids seen before."""
    sightings: dict[Key, set[Sighting]] = {}
    for group in added:
        event = group.first
        times = {each.time for each in group.ahead}
        if len(group.ahead) < group.rows:
            times.add(now)  # for past times, only the day matters
        for kind in KINDS:
            value = event.texts.get(kind)
            if value:
                seen = sightings.setdefault((event.organization_id, kind, value), set())
                seen.update((time, event.counted_on) for time in times)
    save_sightings(sightings, known, writer, now=now)


def save_sightings(
    sightings: Mapping[Key, Iterable[Sighting]], known: Mapping[Key, DaysSeen], writer: RowWriter, *, now: datetime
) -> None:
    """Move each id to its newest day. A sighting is the time of usage (`now` if past) and its day."""
    moved = {
        key: days
        for key, seen in sorted(sightings.items())
        if (days := _days_seen(known.get(key), seen, now)) != known.get(key)
    }
    writer.put(DistinctId, _KEYS, DaysSeen._fields, [(*key, *days) for key, days in moved.items()])
    changes: Tally[tuple[UUID, str, date]] = Tally()
    for (organization_id, kind, value), days in moved.items():
        changes[organization_id, kind, days.last_day] += 1
        before = known.get((organization_id, kind, value))
        if before is not None:
            changes[organization_id, kind, before.last_day] -= 1
    rows = [(*day, change) for day, change in sorted(changes.items()) if change]
    writer.add(DistinctIdDay, ("organization_id", "kind", "day"), ("id_count",), rows)


def _days_seen(known: DaysSeen | None, sightings: Iterable[Sighting], now: datetime) -> DaysSeen:
    """Return the newest day of an id at `now`, and each later one with the first time of usage on it.

    Usage is at most minutes ahead of the clock, so it is on at most two days.
    """
    seen = [*sightings, *(_sightings(known, now) if known else ())]
    past = [day for moment, day in seen if moment <= now]
    days: list[tuple[date, datetime | None]] = [(max(past), None)] if past else []
    if len(past) < len(seen):
        for moment, day in sorted(seen):
            if moment > now and (not days or day > days[-1][0]):
                days.append((day, moment))
    (last, last_from), (previous, previous_from), (earlier, _) = [*reversed(days), (None, None), (None, None)][:3]
    assert last is not None, "an id has been seen at least once"
    return DaysSeen(last, last_from, previous, previous_from, earlier)


def _sightings(known: DaysSeen, now: datetime) -> Iterable[Sighting]:
    """Yield the known sightings of an id, newest first, up to the newest one not ahead of the clock."""
    for day, moment in (known[0:2], known[2:4], (known.earlier_day, None)):
        if day is not None:
            yield moment or now, day
        if moment is None or moment <= now:
            break
