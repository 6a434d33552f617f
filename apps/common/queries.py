"""Runs queries of selectors that call database functions, one alone or several in one statement.

A query is an SQL expression that returns JSON, its parameters, and a function that reads the JSON. The functions keep
their plans for the life of a connection, even behind a pooler that keeps no prepared statements.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connections

from apps.common.values import value_class


def prepared_rows(statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run a statement whose text is always the same, so that the server plans it once, and return its rows.

    The ORM's cursors merge values into the text, so every text differs. Execute wrappers and the query log see these
    statements too. With `DATABASE_PREPARED_STATEMENTS` off, as behind some poolers, they are planned each time.
    """
    line: Any = connections[DEFAULT_DB_ALIAS]  # each attribute of `django.db.connection` would look it up again
    found: list[tuple[Any, ...]] = line.prepared_rows(statement, values)
    return found


T = TypeVar("T")


@value_class(frozen=True, slots=True)
class Query(Generic[T]):
    """One value to select; `read` converts its JSON. The result is None if the JSON is null."""

    expression: str
    values: tuple[Any, ...]
    read: Callable[[Any], T]


def fetch(query: Query[T]) -> T:
    """Run a query in one statement and return its result."""
    return cast(T, fetch_together(query)[0])


def fetch_together(*queries: Query[Any]) -> tuple[Any, ...]:
    """Run several queries in one statement, so that all see the same snapshot; return their results in order.

    A check that has to come before the caller's first statement (`check_along`) is made by the same statement.
    """
    with _checks[0]() as check:
        asked = queries if check is None else (check, *queries)
        values = [value for query in asked for value in query.values]
        expressions = ", ".join([query.expression for query in asked])
        ((text,),) = prepared_rows(f"SELECT json_build_array({expressions})::text", values)
        found = json.loads(text, parse_float=Decimal)
        answers = tuple([query.read(value) for query, value in zip(asked, found, strict=True)])
    return answers if check is None else answers[1:]


def fetch_text(expression: str, values: Sequence[Any]) -> str:
    """Return the text of an expression; a check that has to come first is made by the same statement."""
    with _checks[0]() as check:
        if check is None:
            ((text,),) = prepared_rows(f"SELECT {expression}", values)
        else:
            statement = f"SELECT json_build_array({check.expression})::text, {expression}"
            ((found, text),) = prepared_rows(statement, [*check.values, *values])
            check.read(*json.loads(found))
    return cast(str, text)


Check = Callable[[], AbstractContextManager[Query[Any] | None]]
_checks: list[Check] = [nullcontext]


def check_along(check: Check) -> None:
    """Let a check's query be part of the statements made here: its `read` raises if the answer does not pass.

    `check` returns a context that yields the query, or None if nothing has to be checked; if the block fails, the check
    was not made.
    """
    _checks[0] = check


def moment(text: str | None) -> datetime | None:
    """Parse a time as PostgreSQL writes it in JSON."""
    return None if text is None else datetime.fromisoformat(text)
