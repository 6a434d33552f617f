# ruff: noqa: S608 (statements made of this file's own names)
"""Partitions of the usage events table by the UTC month in which events were recorded.

There is no default partition, since with one PostgreSQL cannot detach partitions concurrently. A job creates the
partitions of this month and the next three; ingestion creates a missing one.
"""

from datetime import date, datetime
from typing import Any

import pgtrigger
from django.db import IntegrityError, connection, transaction

from apps.common.periods import add_months, midnight, month_of
from apps.usage.models import UsageEvent

AHEAD = 3
TABLE = UsageEvent._meta.db_table
# How much a row adds to a number of events: a row that voids another one adds -1.
SIGN = "CASE WHEN voids IS NULL THEN 1 ELSE -1 END"
# The advisory lock that serializes the creation of partitions.
_LOCK = 0x75736167655F6576
_CHECK_VIOLATION = "23514"

_ATTACHED = f"""
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = '{TABLE}'::regclass AND NOT i.inhdetachpending
"""


def partition_of(month: date) -> str:
    """Return the name of a month's partition."""
    return f"{TABLE}_{month:%Y_%m}"


def attached_months() -> list[date]:
    """Return the months whose partitions are attached, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_ATTACHED)
        names = [name for (name,) in cursor.fetchall()]
    return sorted(date(int(name[-7:-3]), int(name[-2:]), 1) for name in names)


def make_partitions(*, now: datetime) -> list[date]:
    """Create the missing partitions of this month and the next three; return their months."""
    first = month_of(now).start.date()
    there = set(attached_months())
    months = [month for month in (add_months(first, ahead) for ahead in range(AHEAD + 1)) if month not in there]
    for month in months:
        make_partition(month)
    return months


@transaction.atomic
def make_partition(month: date) -> None:
    """Create the partition of a month unless it exists.

    It is created as a table and then attached, so that events can be read and written meanwhile; CREATE TABLE …
    PARTITION OF would block both.
    """
    table = partition_of(month)
    bounds = f"FROM ('{midnight(month):%Y-%m-%d} 00:00+00') TO ('{midnight(add_months(month, 1)):%Y-%m-%d} 00:00+00')"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
        if cursor.fetchone() == (True,):
            return
        cursor.execute(f"CREATE TABLE {table} (LIKE {TABLE} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
        cursor.execute(f"ALTER TABLE {TABLE} ATTACH PARTITION {table} FOR VALUES {bounds}")
        # A partition inherits row triggers from its parent, but not statement triggers.
        cursor.execute(
            f"CREATE TRIGGER {_emptying()} BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {_emptying()}()",
        )


def detach_partition(month: date, *, drop: bool) -> None:
    """Detach a month's partition without blocking other sessions, and drop it if `drop` is set.

    It can be repeated after an interruption at any point. PostgreSQL requires that no transaction is open.
    """
    table = partition_of(month)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT inhdetachpending FROM pg_inherits WHERE inhparent = '{TABLE}'::regclass"
            " AND inhrelid = to_regclass(%s)",
            [table],
        )
        if (found := cursor.fetchone()) is not None:
            [is_begun] = found
            how = "FINALIZE" if is_begun else "CONCURRENTLY"
            cursor.execute(f"ALTER TABLE {TABLE} DETACH PARTITION {table} {how}")
        if drop:
            cursor.execute(f"DROP TABLE IF EXISTS {table}")


def is_without_partition(error: IntegrityError) -> bool:
    """Return whether an event was refused because its month has no partition."""
    diagnosis: Any = getattr(error.__cause__, "diag", None)
    return (
        diagnosis is not None
        and diagnosis.sqlstate == _CHECK_VIOLATION
        and diagnosis.table_name == TABLE
        and diagnosis.constraint_name is None
    )


def _emptying() -> str:
    """Return the name of the trigger and function that forbid TRUNCATE."""
    [(model, trigger)] = pgtrigger.registered(f"{UsageEvent._meta.label}:not_emptied")
    return str(trigger.get_pgid(model))
