"""Planning the proofs of the books once a connection: they run after every test, and planning is most of their cost."""

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from psycopg import Connection

_names: WeakKeyDictionary[Connection[Any], dict[str, str]] = WeakKeyDictionary()


def plan_proofs_once(execute: Callable[..., Any]) -> Callable[..., Any]:
    """Return a cursor's `execute` that prepares the statements of `ledger.audit.breaks_of` over all books."""

    def planned(cursor: Any, query: Any, params: Any = None, **options: Any) -> Any:
        if not (isinstance(query, str) and query.startswith("SELECT 0, r.place")):
            return execute(cursor, query, params, **options)
        names = _names.setdefault(cursor.connection, {})
        if query not in names:
            name = f"proof_{len(names)}"
            execute(cursor, f"PREPARE {name} AS {query}")
            names[query] = name
        return execute(cursor, f"EXECUTE {names[query]}")

    return planned
