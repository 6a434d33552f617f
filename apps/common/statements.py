"""Prepared statements: the database keeps their plan from the second execution on."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper
from psycopg import Cursor


def prepared_cursor() -> CursorWrapper:
    """Return a cursor, usable as a context manager, for statements whose text is always the same.

    The ORM's cursors merge values into the text, so every text differs. Execute wrappers and the query log see these
    statements too. With `DATABASE_PREPARED_STATEMENTS` off, as behind some poolers, they are planned each time.
    """
    line = connections[DEFAULT_DB_ALIAS]  # each attribute of `django.db.connection` would look it up again
    line.close_if_health_check_failed()
    line.ensure_connection()
    cursor: Any = Cursor(line.connection)  # The type stubs expect the wrapper that is made here.
    return line.make_debug_cursor(cursor) if line.queries_logged else line.make_cursor(cursor)
