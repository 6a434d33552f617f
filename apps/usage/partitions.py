# ruff: noqa: S608 (statements made of this file's own names)
"""The months of usage events: partitions of their table by the UTC month in which they were recorded.

There is no default partition, since PostgreSQL detaches none concurrently beside one. A job makes the partitions of
this month and of those ahead; whoever takes an event in a month that has none makes it.
"""

from datetime import date, datetime
from typing import Any

import pgtrigger
from django.db import IntegrityError, connection, transaction

from apps.common.periods import add_months, midnight, month_of
from apps.usage.models import UsageEvent

AHEAD = 3
TABLE = UsageEvent._meta.db_table
# Two that make a partition at once wait for each other.
_LOCK = 0x75736167655F6576
_CHECK_VIOLATION = "23514"

_ATTACHED = f"""
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = '{TABLE}'::regclass AND NOT i.inhdetachpending
"""


def partition_of(month: date) -> str:
    """Return the name of the table that has a month's events."""
    return f"{TABLE}_{month:%Y_%m}"


def attached_months() -> list[date]:
    """Return the months whose events are in the database, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_ATTACHED)
        names = [name for (name,) in cursor.fetchall()]
    return sorted(date(int(name[-7:-3]), int(name[-2:]), 1) for name in names)


def make_partitions(*, now: datetime) -> list[date]:
    """Make those partitions of this month and of the three ahead that are missing; return their months."""
    first = month_of(now).start.date()
    there = set(attached_months())
    months = [month for month in (add_months(first, ahead) for ahead in range(AHEAD + 1)) if month not in there]
    for month in months:
        make_partition(month)
    return months


@transaction.atomic
def make_partition(month: date) -> None:
    """Make the partition of a month unless it is there.

    It is made as a table and then attached, which lets others go on reading and writing events meanwhile; creating it
    in its place would not.
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
        # Triggers for rows come with the table that it is attached to, those for statements do not.
        cursor.execute(
            f"CREATE TRIGGER {_emptying()} BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {_emptying()}()",
        )


def detach_partition(month: date, *, drop: bool) -> None:
    """Take a month's partition out of the table, letting others go on meanwhile, and drop it where that is asked for.

    It is safe to call again after it was broken off at any point; outside a transaction, as PostgreSQL wants it.
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
    """Say whether an event was refused because its month has no partition."""
    diagnosis: Any = getattr(error.__cause__, "diag", None)
    return (
        diagnosis is not None
        and diagnosis.sqlstate == _CHECK_VIOLATION
        and diagnosis.table_name == TABLE
        and diagnosis.constraint_name is None
    )


def _emptying() -> str:
    """The name of the trigger, and of its function, that keeps the whole table from being emptied."""
    [(model, trigger)] = pgtrigger.registered(f"{UsageEvent._meta.label}:not_emptied")
    return str(trigger.get_pgid(model))
