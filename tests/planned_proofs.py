"""Planning the proofs of the books once a connection: they run after every test, and planning is most of their cost."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

IS_PREPARED = "SELECT 1 FROM pg_prepared_statements WHERE name = %s"


def plan_proofs_once(execute: Callable[..., Any]) -> Callable[..., Any]:
    """Return a cursor's `execute` that prepares the statements of `ledger.audit.breaks_of` over all books.

    What is prepared is asked of the server: psycopg discards all of a connection's statements after a rollback.
    """

    def planned(cursor: Any, query: Any, params: Any = None, **options: Any) -> Any:
        if not (isinstance(query, str) and query.startswith("SELECT 0, r.place")):
            return execute(cursor, query, params, **options)
        name = f"proof_{sha256(query.encode()).hexdigest()[:16]}"
        execute(cursor, IS_PREPARED, [name])
        if cursor.fetchone() is None:
            execute(cursor, f"PREPARE {name} AS {query}")
        return execute(cursor, f"EXECUTE {name}")

    return planned
