"""The events of a charge or of a day's total, from the database and from the files of archived months."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce

from apps.common.periods import add_months, month_of
from apps.usage.event_files import file_of, find_events, newest_first
from apps.usage.event_filters import condition_of
from apps.usage.models import ArchivedMonth, UsageDay, UsageEvent, UsagePosting
from apps.usage.partitions import attached_months


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """An event, and the archived month whose file it was read from, if any."""

    event: UsageEvent
    month: date | None = None


@dataclass(slots=True)
class Events:
    """The first events of a charge or a day, the number of all, and the sum of all charges in micros."""

    listed: list[ListedEvent] = field(default_factory=list)
    count: int = 0
    charge_micros: int = 0


def events_of_posting(posting: UsagePosting, *, limit: int) -> Events:
    """Return the events of a charge, oldest first, including those of archived months.

    Raises:
        ArchiveUnavailable: a file with some of them cannot be read.
    """
    found = _live(UsageEvent.objects.filter(posting=posting), limit)
    if posting.kind == UsagePosting.Kind.USAGE:
        newest = month_of(posting.created_at).start.date()
        months = [row for row in reversed(_archived()) if row.month <= newest]
        _add(found, months, posting.item_count, limit, organization_id=posting.organization_id, posting_id=posting.pk)
    return found


def events_of_day(organization_id: UUID, day: date, meter_slug: str, *, limit: int) -> Events:
    """Return the events in a day's total of a meter, oldest first.

    Raises:
        ArchiveUnavailable: a file with some of them cannot be read.
    """
    wanted: dict[str, Any] = {"organization_id": organization_id, "counted_on": day, "meter_slug": meter_slug}
    found = _live(UsageEvent.objects.filter(**wanted), limit)
    totals = UsageDay.objects.filter(organization=organization_id, day=day, meter__slug=meter_slug)
    expected = totals.aggregate(count=Coalesce(Sum("event_count"), 0))["count"]
    # An event may be recorded up to minutes before its day (the sender's clock is ahead), or at any time after it.
    first = add_months(day.replace(day=1), -1)
    _add(found, [row for row in _archived() if row.month >= first], expected, limit, **wanted)
    return found


def archived_events(rows: QuerySet[UsageEvent]) -> Iterator[UsageEvent]:
    """Return the archived events that match a queryset of the table, newest month first.

    All files are verified before the first event is yielded.

    Raises:
        ArchiveUnavailable: a file cannot be read, or the queryset compares more than the events' own columns.
    """
    files = [file_of(row) for row in reversed(_archived())]
    condition = condition_of(rows) if files else None
    return (event for file in files for event in newest_first(file, condition))


def archived_event(month: date, organization_id: UUID, pk: int) -> UsageEvent | None:
    """Return an event of an archived month, None if there is none.

    Raises:
        ArchiveUnavailable: the month's file cannot be read.
    """
    row = ArchivedMonth.objects.filter(month=month).first()
    found = find_events(row, limit=1, organization_id=organization_id, id=pk).events if row else ()
    return found[0] if found else None


def _live(rows: QuerySet[UsageEvent], limit: int) -> Events:
    sums = rows.aggregate(count=Count("pk"), charge=Coalesce(Sum("charge_micros"), 0))
    return Events([ListedEvent(row) for row in rows.order_by("pk")[:limit]], sums["count"], sums["charge"])


def newest_archived_month() -> date | None:
    """Return the newest month whose events are no longer in the database."""
    months = _archived()
    return months[-1].month if months else None


def _archived() -> Sequence[ArchivedMonth]:
    """Return the archived months whose events are no longer in the database, oldest first."""
    rows = list(ArchivedMonth.objects.order_by("month"))
    attached = set(attached_months()) if rows else set()
    return [row for row in rows if row.month not in attached]


def _add(found: Events, months: Iterable[ArchivedMonth], expected: int, limit: int, **wanted: object) -> None:
    """Add events from the files of some months, until as many as expected are found."""
    for row in months:
        if found.count >= expected:
            break
        part = find_events(row, limit=limit, **wanted)
        found.listed += [ListedEvent(event, row.month) for event in part.events]
        found.count += part.count
        found.charge_micros += part.charge_micros
    found.listed = sorted(found.listed, key=lambda each: each.event.pk)[:limit]
