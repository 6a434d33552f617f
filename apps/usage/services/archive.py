"""Archive old months of usage events to files, which are verified before the rows are removed.

The steps of a month: its events are written to a `.part` file, read back and compared one by one; their sums are
compared with the postings and day totals; the month is recorded, together with those of its events that are among a
customer's newest, and the file is renamed; its partition is detached, and dropped if requested. The next run continues
an interrupted one at the step it had reached. Of two runs at once, the first to record a month provides its file.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet, Sum

from apps.common.periods import add_months, midnight
from apps.common.transactions import set_based_plans
from apps.tenants.models import Organization
from apps.usage.errors import ArchiveDiffers, MonthHasQuarantined, MonthNotClosed
from apps.usage.event_files import COLUMNS, Row, file_of, hash_of, read_file, sync, write_file
from apps.usage.models import ArchivedMonth, MonthClose, UsageEvent
from apps.usage.partitions import TABLE, attached_months, detach_partition, partition_of
from apps.usage.services.consistency import Proof, day_proof, posting_proof

# Corrections may go this far back.
SETTLED_AFTER = timedelta(days=35)
LEFT_OVER_AFTER = timedelta(days=1)

_KEEP = """
    INSERT INTO usage_recentarchivedevent (
        event, organization_id, event_id, source, meter_slug, quantity_micros, input_tokens, output_tokens,
        charge_micros, occurred_at, recorded_at, counted_on
    )
    SELECT n.* FROM usage_meteredorganization m CROSS JOIN LATERAL usage_newest(m.organization_id, 100) AS n
    WHERE n.recorded_at >= %s AND n.recorded_at < %s
"""
_DELETE_PUSHED_OUT = """
    DELETE FROM usage_recentarchivedevent WHERE event NOT IN (
        SELECT n.event FROM usage_meteredorganization m CROSS JOIN LATERAL usage_newest(m.organization_id, 100) AS n
    )
"""


@dataclass(frozen=True, slots=True)
class Archived:
    """An archived month, and whether its rows were dropped."""

    row: ArchivedMonth
    is_dropped: bool


def archive_usage(*, before: date, now: datetime, drop: bool = False) -> Iterator[Archived]:
    """Archive every month before the one that begins on `before`, oldest first; continue interrupted runs.

    A month whose table has been dropped is skipped.

    Raises:
        MonthNotClosed: a month is open for an organization, or ended less than 35 days ago.
        MonthHasQuarantined: events of a month wait for a price.
        ArchiveDiffers: the events do not match their totals, or the file does not match the database.
        ArchiveUnavailable: an earlier file is missing or changed, or pyarrow is not installed.
    """
    known = {row.month: row for row in ArchivedMonth.objects.filter(month__lt=before)}
    begun = {month for month in known if partition_exists(month)}
    for month in sorted(begun | {month for month in attached_months() if month < before}):
        row = known.get(month) or _archive(month, now)
        file_of(row)
        detach_partition(month, drop=drop)
        yield Archived(row, is_dropped=drop)


def partition_exists(month: date) -> bool:
    """Return whether a month's table exists, attached or not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [partition_of(month)])
        return bool(cursor.fetchone()[0])


def _archive(month: date, now: datetime) -> ArchivedMonth:
    _refuse_unsettled(month, now)
    name = f"{partition_of(month)}.parquet"
    directory: Path = settings.ARCHIVE_DIR
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove_left_over(directory, now)
    part = directory / f"{name}.{uuid4().hex}.part"
    with transaction.atomic():
        write_file(part, _events(month))
        count = _compare(part, month)
        _compare_sums(month)
        charge = _of(month).aggregate(total=Sum("charge_micros"))["total"] or 0
    facts = {"file": name, "sha256": hash_of(part), "row_count": count, "charge_micros": charge, "archived_at": now}
    with transaction.atomic():
        # Another run may have archived the month meanwhile, and detached it before this one read it: its file stays.
        row, is_first = ArchivedMonth.objects.get_or_create(month=month, defaults=facts)
        if is_first:
            _keep_newest(month)
            part.rename(directory / name)
            sync(directory)
        else:
            part.unlink()
    return row


def _remove_left_over(directory: Path, now: datetime) -> None:
    """Remove the files of runs that broke off. Another run may be writing to a newer one."""
    for part in directory.glob("*.part"):
        with suppress(FileNotFoundError):
            if part.stat().st_mtime < (now - LEFT_OVER_AFTER).timestamp():
                part.unlink()


def _keep_newest(month: date) -> None:
    """Store those of a month's events that are among their organization's newest; delete those that no longer are."""
    with set_based_plans(), connection.cursor() as cursor:
        cursor.execute(_KEEP, [midnight(month), midnight(add_months(month, 1))])
        cursor.execute(_DELETE_PUSHED_OUT)


def _refuse_unsettled(month: date, now: datetime) -> None:
    end = midnight(add_months(month, 1))
    if now < end + SETTLED_AFTER:
        raise MonthNotClosed(f"{month:%Y-%m} can be archived from {(end + SETTLED_AFTER).date()}")
    closed = MonthClose.objects.filter(organization=OuterRef("pk"), month=month, state=MonthClose.State.CLOSED)
    still_open = Organization.objects.filter(~Exists(closed), created_at__lt=end).order_by("pk")
    names = list(still_open.values_list("slug", flat=True)[:10])
    if names:
        raise MonthNotClosed(f"{month:%Y-%m} is open for {', '.join(names)}", organizations=names)
    waiting = _of(month).filter(state=UsageEvent.State.QUARANTINED).count()
    if waiting:
        raise MonthHasQuarantined(f"{waiting} events of {month:%Y-%m} wait for a price; rate them first")


def _of(month: date) -> QuerySet[UsageEvent]:
    """Return the events recorded in a month, those of its partition."""
    return UsageEvent.objects.filter(
        recorded_at__gte=midnight(month), recorded_at__lt=midnight(add_months(month, 1))
    ).order_by()


def _events(month: date) -> Iterator[Row]:
    return _of(month).order_by("organization_id", "pk").values_list(*COLUMNS).iterator(chunk_size=10_000)


def _compare(part: Path, month: date) -> int:
    """Compare every event of the file with the database; return how many there are."""
    count = 0
    for read, kept in zip_longest(read_file(part), _events(month)):
        if read != kept:
            raise ArchiveDiffers(f"event {(kept or read)[0]} of {month:%Y-%m} differs between file and table")
        count += 1
    return count


def _compare_sums(month: date) -> None:
    """Compare the month's postings and day totals with the events in the database.

    If an earlier month is archived, some events of a posting or day may be in that file, and were compared then. Such a
    posting or day counts more events than the database has, and is skipped.
    """
    start, end = midnight(month), midnight(add_months(month, 1))
    chosen = (
        f"FROM {TABLE} WHERE recorded_at >= '{start:%Y-%m-%d %H:%M}+00' AND recorded_at < '{end:%Y-%m-%d %H:%M}+00'"
    )
    has_earlier = ArchivedMonth.objects.filter(month__lt=month).exists()
    for proof, counted, key in ((posting_proof(), "item_count", "posting_id"), (day_proof(), "event_count", "day")):
        column = "counted_on" if key == "day" else key
        only = f"{key} IN (SELECT {column} {chosen} AND state = 'rated')"
        for left in _left_over(proof, only):
            if not (has_earlier and left[counted] < 0):
                raise ArchiveDiffers(f"{proof.name}: {', '.join(f'{name}={value}' for name, value in left.items())}")


def _left_over(proof: Proof, only: str) -> list[dict[str, Any]]:
    names = (*proof.keys, *proof.sums)
    with set_based_plans(), connection.cursor() as cursor:
        cursor.execute(proof.statement(only=only))
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
