"""Keeps the query plans of the proofs per connection: they run after every test, and planning is most of their cost."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.db import connection

from apps.proofs import book_figures, book_rows

FUNCTION = """
CREATE OR REPLACE FUNCTION {name}() RETURNS TABLE (rule integer, place text, expected numeric, found numeric)
LANGUAGE plpgsql AS $proof$
BEGIN RETURN QUERY SELECT q.a, q.b, q.c::numeric, q.d::numeric FROM ({query}) AS q (a, b, c, d); END
$proof$
"""

# What the proof of the chains reads of a book, and the types of its parameters.
READS = frozenset({book_figures._FIGURES, book_rows._TRANSFERS, book_rows._NOTES})
TYPES = {"book": "uuid", "after": "bigint", "through": "bigint", "all": "boolean", "day": "date"}
READING = """
CREATE OR REPLACE FUNCTION {name}({parameters}) RETURNS TABLE ({columns})
LANGUAGE plpgsql AS $read$ BEGIN RETURN QUERY {query}; END $read$
"""


def plan_proofs_once(execute: Callable[..., Any]) -> Callable[..., Any]:
    """Return a cursor's `execute` that runs the checks of `ledger.consistency.mismatches_of` as prepared functions.

    It does the same with what the proof of the chains reads of each book.

    The plan of a function's statement is kept with the connection. The plan of a prepared statement is not: psycopg
    discards all of a connection's prepared statements after a rollback, and almost every test ends with one.
    """
    created: set[str] = set()

    def read(cursor: Any, query: str, params: dict[str, Any], **options: Any) -> Any:
        name = f"read_{sha256(query.encode()).hexdigest()[:16]}"
        if name in created:
            arguments = ", ".join(f"%({each})s" for each in params)
            return execute(cursor, f"SELECT * FROM {name}({arguments})", params, **options)
        result = execute(cursor, query, params, **options)
        types = cursor.connection.adapters.types
        columns = [f"c{place} {types[each.type_code].regtype}" for place, each in enumerate(cursor.description)]
        _create(
            READING.format(
                name=name,
                parameters=", ".join(f"p_{each} {TYPES[each]}" for each in params),
                columns=", ".join(columns),
                query=query % {each: f"p_{each}" for each in params},
            )
        )
        created.add(name)
        return result

    def planned(cursor: Any, query: Any, params: Any = None, **options: Any) -> Any:
        if isinstance(query, str) and query in READS:
            return read(cursor, query, params, **options)
        if not (isinstance(query, str) and query.startswith("SELECT 0, r.place")):
            return execute(cursor, query, params, **options)
        name = f"proof_{sha256(query.encode()).hexdigest()[:16]}"
        if name not in created:
            _create(FUNCTION.format(name=name, query=query))
            created.add(name)
        return execute(cursor, f"SELECT * FROM {name}()")

    return planned


def _create(function: str) -> None:
    """Create a function on another connection: the test's own transaction is rolled back."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute(function)
    finally:
        other.close()
