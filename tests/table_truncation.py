"""Emptying tables that refuse to be emptied: the append-only triggers are lifted for that one statement."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations

Flush = Callable[[BaseDatabaseOperations, list[str]], Any]


def flush_append_only_tables(flush: Flush) -> Flush:
    """Return the flush that also empties append-only tables."""

    def lifted(operations: BaseDatabaseOperations, sql_list: list[str]) -> Any:
        with without_triggers(operations.connection):
            return flush(operations, sql_list)

    return lifted


@contextmanager
def without_triggers(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Do something as a superuser who has switched the triggers off would: tamper, or empty."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = origin")
