"""Statements of which the database keeps the plan: prepared from the second time on, their values sent apart."""

from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import Cursor


def prepared_cursor() -> CursorWrapper:
    """Return a cursor for statements whose text is the same each time; use it as a context manager.

    The ORM's cursors put the values into the text, so that no two are alike. Execute wrappers and the query log see
    these statements too. Where `DATABASE_PREPARED_STATEMENTS` is off, as behind a pooler that cannot keep them, they
    are planned each time.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    cursor: Any = Cursor(connection.connection)  # the stubs want the wrapper that is made here
    return connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)
