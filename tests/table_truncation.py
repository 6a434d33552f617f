"""Empties the tables after a test that committed, and restores the rows that migrations wrote."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase

# A partitioned table is not among them, but the partitions that have its rows.
_TABLES = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


@cache
def migrated_rows() -> dict[str, bytes]:
    """Return by their table the rows that migrating wrote: content types, permissions, groups, migrations done.

    The first call has to come before the first test.
    """
    with connection.cursor() as cursor:
        return {table: _rows(cursor, table) for table in _tables_with_rows(cursor)}


def restore_migrated_rows(_test_case: TransactionTestCase) -> None:
    """Bring every table back to the rows it has after migrating, append-only tables too.

    Rows are deleted rather than truncated: a truncation makes the files of a table and its indexes anew, also where the
    table is empty, as most are.
    """
    written = migrated_rows()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in {*_tables_with_rows(cursor), *written}:
            if table not in written:
                cursor.execute(f"DELETE FROM {table}")
            elif _rows(cursor, table) != written[table]:
                cursor.execute(f"DELETE FROM {table}")
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    copy.write(written[table])


def _tables_with_rows(cursor: Any) -> list[str]:
    cursor.execute(_TABLES)
    cursor.execute(" UNION ALL ".join(f"(SELECT '{table}' FROM {table} LIMIT 1)" for (table,) in cursor.fetchall()))
    return [table for (table,) in cursor.fetchall()]


def _rows(cursor: Any, table: str) -> bytes:
    with cursor.copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(copy)


@contextmanager
def without_triggers(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Do something as a superuser who has switched the triggers off would: tamper, or empty."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = origin")
