"""What selectors ask of the database's functions, one by one or several in one statement.

A query is an SQL expression that gives JSON, what it binds, and what the JSON means. The functions it calls keep their
plans for as long as a connection lasts, also behind a pooler that keeps no prepared statements.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar, cast

from apps.common.statements import prepared_cursor

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Query(Generic[T]):
    """One value that a statement asks for; `read` makes the answer of its JSON, None where there is nothing."""

    expression: str
    values: tuple[Any, ...]
    read: Callable[[Any], T]


def fetch(query: Query[T]) -> T:
    """Return a query's answer, in one statement."""
    return cast(T, fetch_together(query)[0])


def fetch_together(*queries: Query[Any]) -> tuple[Any, ...]:
    """Return the answers of several queries in their order, in one statement: all are of one moment."""
    values = [value for query in queries for value in query.values]
    with prepared_cursor() as cursor:
        expressions = ", ".join([query.expression for query in queries])
        cursor.execute(f"SELECT json_build_array({expressions})::text", values)
        found = json.loads(cursor.fetchone()[0], parse_float=Decimal)
    return tuple([query.read(value) for query, value in zip(queries, found, strict=True)])


def moment(text: str | None) -> datetime | None:
    """Return a moment as the database writes it in JSON."""
    return None if text is None else datetime.fromisoformat(text)
