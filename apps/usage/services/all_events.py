# ruff: noqa: S608 (statements made of this project's own names)
"""All usage events as an SQL FROM expression; archived months are loaded from their files."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

from apps.usage.event_files import COLUMNS, file_of, read_file
from apps.usage.models import ArchivedMonth
from apps.usage.partitions import TABLE, attached_months

EVENTS = TABLE
_READ_IN = "usage_readin"


@contextmanager
def every_event(organization_id: UUID | None = None) -> Iterator[str]:
    """Yield the FROM expression for all events; archived months may be limited to one organization.

    Archived rows are loaded into a temporary table, in one transaction that lasts as long as the context.

    Raises:
        ArchiveUnavailable: the file of an archived month is missing or changed; nothing was loaded.
    """
    attached = set(attached_months())
    archived = [row for row in ArchivedMonth.objects.order_by("month") if row.month not in attached]
    if not archived:
        yield EVENTS
        return
    files = [file_of(row) for row in archived]
    columns = ", ".join(f'"{name}"' for name in COLUMNS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {_READ_IN} (LIKE {TABLE}) ON COMMIT DROP")
        with cursor.copy(f"COPY {_READ_IN} ({columns}) FROM STDIN") as copy:
            for row in (row for file in files for row in read_file(file, organization_id)):
                copy.write_row(row)
        yield f"(SELECT {columns} FROM {TABLE} UNION ALL SELECT {columns} FROM {_READ_IN}) AS every_event"
        cursor.execute(f"DROP TABLE {_READ_IN}")  # an outer transaction may load it again
