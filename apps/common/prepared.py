"""Queries that the ORM writes once: later calls only bind their values and read rows.

Building and compiling a query costs the ORM several times what the database needs to answer it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

M = TypeVar("M", bound=Model)
Build = Callable[..., QuerySet[Any, Any]]
Row = Sequence[Any]

# Longer lists, and more shapes of one query than this, are not worth keeping; the ORM answers those as ever.
LONGEST_LIST = 20
MOST_SHAPES = 200


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The SQL, what to bind at each place (an argument's name, or a constant), and how to read a row."""

    sql: str
    places: tuple[tuple[str, Any], ...]
    convert: Callable[[Sequence[Row]], list[Row]]
    make: Callable[[Row], Any]
    locks: bool

    def run(self, values: Mapping[str, Any]) -> list[Any]:
        if self.locks and not connection.in_atomic_block:
            raise TransactionManagementError("Rows are locked inside a transaction only")
        bound = [values[name] if name else constant for name, constant in self.places]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, bound)
            rows = cursor.fetchall()
        return [self.make(row) for row in self.convert(rows)]


class _Prepared(ABC):
    """`build(**arguments)` makes the query from UUIDs, datetimes, dates, integers, texts and lists of them.

    It must pass each on as it is, calculate with none of them and decide by none of them: it runs once per
    length of lists, and value of what `shaped_by` names (a limit), with arguments that only mark where each one goes.
    """

    def __init__(self, build: Build, *, shaped_by: Sequence[str] = ()) -> None:
        self._build, self._shaped_by = build, shaped_by
        self._compiled: dict[Any, _Compiled] = {}

    def _run(self, arguments: Mapping[str, Any]) -> list[Any]:
        lists = {name: len(value) for name, value in arguments.items() if isinstance(value, list)}
        if any(not 0 < length <= LONGEST_LIST for length in lists.values()):
            return list(self._build(**arguments))
        shape = (*lists.values(), *(arguments[name] for name in self._shaped_by))
        compiled = self._compiled.get(shape)
        if compiled is None:
            if len(self._compiled) >= MOST_SHAPES:
                self._compiled.clear()
            compiled = _compile(self._build, arguments, self._shaped_by, self._maker)
            self._compiled[shape] = compiled
        return compiled.run(_single(arguments))

    @abstractmethod
    def _maker(self, compiler: SQLCompiler) -> Callable[[Row], Any]:
        """Return what makes an answer of a row."""


class PreparedQuery(_Prepared):
    """A `.values()` query of which only the values bound to it differ from call to call."""

    def rows(self, **arguments: Any) -> list[dict[str, Any]]:
        """Run the query with these arguments and return its rows."""
        return self._run(arguments)

    def _maker(self, compiler: SQLCompiler) -> Callable[[Row], Any]:
        names = [alias or expression.target.attname for expression, _, alias in compiler.select]
        return lambda row: dict(zip(names, row, strict=True))


class PreparedRows(_Prepared, Generic[M]):
    """The same for a query of whole instances, with `select_related` and locks where it asks for them."""

    def rows(self, **arguments: Any) -> list[M]:
        """Run the query with these arguments and return its instances."""
        return self._run(arguments)

    def first(self, **arguments: Any) -> M | None:
        """Return the first instance, None where there is none; order and limit are the query's."""
        return next(iter(self._run(arguments)), None)

    def _maker(self, compiler: SQLCompiler) -> Callable[[Row], M]:
        """Make instances as the ORM's own iterable does."""
        info, alias = compiler.klass_info, connection.alias
        start, end = info["select_fields"][0], info["select_fields"][-1] + 1
        names = [expression.target.attname for expression, _, _ in compiler.select[start:end]]
        populators = get_related_populators(info, compiler.select, alias)  # type: ignore[call-arg]  # stubs of Django 6

        def make(row: Row) -> M:
            instance: M = info["model"].from_db(alias, names, row[start:end])
            for populator in populators:
                populator.populate(row, instance)
            return instance

        return make


def _single(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Each value by the name of its place; those of a list have one each."""
    return {
        name if index is None else f"{name}.{index}": value
        for name, given in arguments.items()
        for index, value in (enumerate(given) if isinstance(given, list) else [(None, given)])
    }


def _compile(
    build: Build, arguments: Mapping[str, Any], shaped_by: Sequence[str], maker: Callable[[SQLCompiler], Any]
) -> _Compiled:
    """Write the query twice with different marks: what both put in the same place is an argument's place."""
    marked = {name: value for name, value in _single(arguments).items() if name not in shaped_by}
    turns = [{name: _mark(2 * n + turn, value) for n, (name, value) in enumerate(marked.items())} for turn in (0, 1)]
    first, second = turns
    query = build(**_nested(arguments, first)).query
    compiler = query.get_compiler(connection=connection)
    sql, parameters = compiler.as_sql()
    again = build(**_nested(arguments, second)).query.get_compiler(connection=connection).as_sql()
    assert again[0] == sql, "the query's shape depends on its arguments"
    found = {(first[name], second[name]): name for name in marked}
    places = tuple((found.get(pair, ""), pair[0]) for pair in zip(parameters, again[1], strict=True))
    unused = marked.keys() - {name for name, _ in places}
    assert not unused, f"the query does not bind {unused} as they are"
    converters = compiler.get_converters([expression for expression, _, _ in compiler.select])

    def convert(rows: Sequence[Row]) -> list[Row]:
        return list(compiler.apply_converters(rows, converters))

    return _Compiled(sql, places, convert, maker(compiler), locks=bool(query.select_for_update))


def _nested(arguments: Mapping[str, Any], marks: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with marks in place of their values, lists being lists again."""
    return {
        name: [marks[f"{name}.{index}"] for index in range(len(value))]
        if isinstance(value, list)
        else marks.get(name, value)
        for name, value in arguments.items()
    }


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
