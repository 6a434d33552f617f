"""Empties the tables after a test that committed, and restores the rows that migrations wrote."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase

# This lists the partitions of a partitioned table, which hold its rows, but not the table itself.
_TABLES = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


@cache
def migrated_rows() -> dict[str, bytes]:
    """Return the rows that migrations wrote, by table: content types, permissions, groups, applied migrations.

    The first call must come before the first test.
    """
    with connection.cursor() as cursor:
        return {table: _rows(cursor, table) for table in _tables_with_rows(cursor)}


def restore_migrated_rows(_test_case: TransactionTestCase) -> None:
    """Restore every table to the rows that it has after migrating, append-only tables too.

    Rows are deleted rather than truncated: TRUNCATE recreates the files of a table and its indexes, even of the many
    empty tables.
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
    """Run the block with triggers switched off, as a superuser can, to tamper with or delete rows."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = origin")
