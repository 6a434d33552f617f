# ruff: noqa: S608 (statements made of this file's own names)
"""SQL that finds the event that decides a month's figure: for voids, consistency checks and rebuilds."""

from django.db import connection

from apps.common.periods import add_months, midnight
from apps.pricing.models import Meter
from apps.usage.figures import KEYS, TOLD
from apps.usage.models import UsageEvent
from apps.usage.rated_events import LATEST, MAX, UNIQUE, DecidingEvent, month_start
from apps.usage.selectors.events import newest_archived_month
from apps.usage.services.all_events import EVENTS, every_event

# Sort order: the deciding event of a month comes first. Ids are compared by code points, as Python does.
_LATER = 'occurred_at DESC, event_id COLLATE "C" DESC, source COLLATE "C" DESC'
_ORDER = {MAX: f"reported_micros DESC, {_LATER}", LATEST: _LATER}
_FACTS = dict(zip(TOLD, ("reported_micros", "occurred_at", "event_id", "source"), strict=True))
_MONTH = "CAST(date_trunc('month', occurred_at AT TIME ZONE 'UTC') AS date)"
_KEYS = ", ".join(f"{_MONTH} AS month" if name == "month" else name for name in KEYS)
# The condition of events that count: rated, neither voided nor voiding another one.
_STANDING = "state = 'rated' AND voids IS NULL AND id NOT IN (SELECT event FROM usage_eventcorrection{0})"
_OF_METERS = "meter_id IN (SELECT id FROM pricing_meter WHERE counts = '{0}')"
_VALUE = (
    "CASE (SELECT unique_of FROM pricing_meter m WHERE m.id = meter_id) "
    + "".join(f"WHEN '{name}' THEN \"{name}\" " for name in Meter.UniqueOf.values)
    + "END"
)


def remaining_without(row: UsageEvent) -> DecidingEvent | None:
    """Return the event that decides a month's figure once the given event is left out; None if there is none.

    Raises:
        ArchiveUnavailable: events of the month are in a file that cannot be read.
    """
    counts = row.meter.counts if row.meter else ""
    if counts not in _ORDER:
        return None
    archived = newest_archived_month()
    if archived is None or archived < add_months(month_start(row.occurred_at), -1):
        return _remaining(row, EVENTS, counts)
    with every_event(row.organization_id) as events:
        return _remaining(row, events, counts)


def _remaining(row: UsageEvent, events: str, counts: str) -> DecidingEvent | None:
    month = month_start(row.occurred_at)
    of = (row.organization_id, row.meter_id, row.model, row.billing_mode)
    standing = _STANDING.format(" WHERE organization_id = %s")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(_FACTS.values())} FROM {events} WHERE {standing} AND id <> %s"
            " AND organization_id = %s AND meter_id = %s AND model = %s AND billing_mode = %s"
            f" AND counted_on >= %s AND occurred_at >= %s AND occurred_at < %s ORDER BY {_ORDER[counts]} LIMIT 1",
            [row.organization_id, row.pk, *of, month, midnight(month), midnight(add_months(month, 1))],
        )
        found = cursor.fetchone()
    return DecidingEvent(*found) if found else None


def event_figures(events: str = EVENTS) -> tuple[str, str]:
    """Return the SQL that computes months' greatest and latest quantities, and the deciding events, from the events."""
    facts = ", ".join(f"{column} AS {name}" for name, column in _FACTS.items())
    greatest, latest = (
        f"SELECT DISTINCT ON ({', '.join(KEYS[:2])}, {_MONTH}, {', '.join(KEYS[3:])}) {_KEYS}, {facts} FROM {events}"
        f" WHERE {_STANDING.format('')} AND {_OF_METERS.format(counts)}"
        f" ORDER BY {', '.join(KEYS[:2])}, {_MONTH}, {', '.join(KEYS[3:])}, {order}"
        for counts, order in _ORDER.items()
    )
    return greatest, latest


def event_values(events: str = EVENTS) -> str:
    """Return the SQL of the values named by the months' events that count, one row per event."""
    return (
        f"SELECT {_KEYS}, {_VALUE} AS value, 1 AS event_count FROM {events}"
        f" WHERE {_STANDING.format('')} AND {_OF_METERS.format(UNIQUE)}"
    )


def event_differences(events: str = EVENTS) -> str:
    """Return the SQL of the differences that rated events made to the figures of their months."""
    of_meters = " OR ".join(_OF_METERS.format(counts) for counts in (MAX, LATEST, UNIQUE))
    return f"SELECT {_KEYS}, quantity_micros FROM {events} WHERE state = 'rated' AND ({of_meters})"
