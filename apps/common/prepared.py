"""Queries that the ORM writes once: later calls only bind their values and read rows.

Building and compiling a query of many subqueries costs the ORM many times what the database needs to answer it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

Build = Callable[..., QuerySet[Any, Any]]
Adapt = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The SQL, what to bind at each place (an argument's name, or a constant), and how to read a row."""

    sql: str
    places: tuple[tuple[str, Any], ...]
    names: tuple[str, ...]
    convert: Callable[[Sequence[Any]], list[Sequence[Any]]]


class PreparedQuery:
    """A `.values()` query of which only the values bound to it differ from call to call.

    `build(**arguments)` makes the query from UUIDs, datetimes, dates, integers and texts. It must pass each on as it
    is, calculate with none of them and decide by none of them: it runs once per engine, with arguments that only mark
    where each one goes.
    """

    def __init__(self, build: Build) -> None:
        self._build = build
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, **arguments: Any) -> list[dict[str, Any]]:
        """Run the query with these arguments and return its rows."""
        compiled = self._compiled.get(connection.vendor)
        if compiled is None:
            compiled = self._compiled[connection.vendor] = _compile(self._build, arguments)
        bound = [_adapted(arguments[name]) if name else constant for name, constant in compiled.places]
        with connection.cursor() as cursor:
            cursor.execute(compiled.sql, bound)
            rows = cursor.fetchall()
        return [dict(zip(compiled.names, row, strict=True)) for row in compiled.convert(rows)]


def _compile(build: Build, arguments: Mapping[str, Any]) -> _Compiled:
    """Write the query twice with different marks: what both put in the same place is an argument's place."""
    first, second = (
        {name: _mark(2 * number + turn, value) for number, (name, value) in enumerate(arguments.items())}
        for turn in (0, 1)
    )
    compiler = build(**first).query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    again = build(**second).query.get_compiler(connection=connection).as_sql()
    assert again[0] == sql, "the query's shape depends on its arguments"
    found = {(_adapted(first[name]), _adapted(second[name])): name for name in arguments}
    places = tuple((found.get(pair, ""), pair[0]) for pair in zip(parameters, again[1], strict=True))
    unused = arguments.keys() - {name for name, _ in places}
    assert not unused, f"the query does not bind {unused} as they are"
    names = tuple(alias or expression.target.attname for expression, _, alias in compiler.select)
    converters = compiler.get_converters([expression for expression, _, _ in compiler.select])
    return _Compiled(sql, places, names, lambda rows: list(compiler.apply_converters(rows, converters)))


def _mark(number: int, like: Any) -> Any:
    """A value of the same type that fits any column of it."""
    if isinstance(like, UUID):
        return UUID(int=0x7C0FFEE << 96 | number)
    if isinstance(like, datetime):
        return datetime(2718, 2, 8, 1, 8, 28, 459_045, UTC) + timedelta(microseconds=number)
    if isinstance(like, date):
        return date(2718, 2, 8) + timedelta(days=number)
    if isinstance(like, int):
        return 27_182 + number
    assert isinstance(like, str), f"{type(like).__name__} cannot be bound"
    return f"mark {number}"


def _adapted(value: Any) -> Any:
    """The value as the engine binds it."""
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value
