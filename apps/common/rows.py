# ruff: noqa: S608 (names come from the models, values from parameters)
"""Writes rows of many tables in one statement: a table's rows are one JSON parameter, or if they are many an array for
each column, expanded by the database.

A batch then takes one round trip whatever its size and never meets the limit on parameters. Names come from the models
and values from parameters; nothing that a caller sends becomes SQL.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from types import NoneType
from typing import Any, TypeVar

import orjson
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model
from django.db.models.base import ModelState

from apps.common.arrays import UuidArray
from apps.common.queries import prepared_rows

M = TypeVar("M", bound=Model)
Row = Sequence[Any]
Columns = Sequence[str]
# Types of fields whose values JSON holds as they are.
HELD_BY_JSON = frozenset(
    {"AutoField", "BigAutoField", "BigIntegerField", "BooleanField", "CharField", "IntegerField", "JSONField"}
    | {"PositiveIntegerField", "PositiveSmallIntegerField", "SlugField", "SmallIntegerField", "TextField"}
)
# From this many rows on, a value that all of them share is sent once.
MANY = 20


class RowWriter:
    """Collects rows and writes them as one statement.

    Rows are sequences in the order of their columns; a foreign key is named with `_id`. All parts see the database as
    it was before the statement, so a row may be in only one of them.
    """

    def __init__(self) -> None:
        self._parts: list[tuple[str, list[Any]]] = []

    def insert(
        self, model: type[Model], columns: Columns, rows: Sequence[Row], computed: Mapping[str, str] | None = None
    ) -> None:
        """Insert rows; a column in `computed` gets that SQL expression, which may refer to the row as `given`."""
        self._insert(model, columns, by_column(rows), "", computed or {})

    def insert_columns(self, model: type[Model], columns: Columns, values: Sequence[Sequence[Any]]) -> None:
        """Insert rows whose values are given column by column."""
        self._insert(model, columns, values, "")

    def add(
        self,
        model: type[Model],
        keys: Columns,
        sums: Columns,
        rows: Sequence[Row],
        newest: Columns = (),
        first: Columns = (),
    ) -> None:
        """Insert rows; on the same `keys`, add the `sums` and keep the later `newest` and the `first` as it was."""
        if rows:
            ending = _adding(model, tuple(keys), tuple(sums), tuple(newest))
            self._insert(model, (*keys, *sums, *newest, *first), by_column(rows), ending)

    def add_within(
        self, model: type[Model], groups: Columns, values: Columns, sums: Columns, rows: Sequence[Row], *, most: int
    ) -> None:
        """Like `add`, with `groups` and `values` as keys, but a group gets at most `most` rows.

        Rows beyond are added to the group's one row that has `is_other` set and empty values.
        """
        if not rows:
            return
        given, parameters = _given(model, (*groups, *values, *sums), by_column(rows))
        table, keys = _table(model), _names(model, groups)
        own, named = [_column(model, name) for name in values], [_column(model, name) for name in groups]
        same = " AND ".join(f"{table}.{name} = given.{name}" for name in named)
        known = " AND ".join(f"{table}.{name} = given.{name}" for name in own)
        kept = ", ".join(f"CASE WHEN kept THEN {name} ELSE '' END" for name in own)
        added = ", ".join(f"SUM({_column(model, name)})" for name in sums)
        put = ", ".join(
            f"{name} = {table}.{name} + excluded.{name}" for name in (_column(model, each) for each in sums)
        )
        self._parts.append(
            (
                f"INSERT INTO {table} ({keys}, {', '.join(own)}, is_other, {_names(model, sums)})"
                f" WITH given AS MATERIALIZED (SELECT given.*, EXISTS (SELECT 1 FROM {table}"
                f" WHERE {same} AND {known} AND NOT is_other) AS known FROM ({given}) AS given),"
                f" sized AS MATERIALIZED (SELECT given.*, (SELECT COUNT(*) FROM {table} WHERE {same} AND NOT is_other)"
                f" AS size FROM (SELECT DISTINCT {keys} FROM given WHERE NOT known) AS given),"
                f" placed AS (SELECT given.*, known OR size + row_number() OVER (PARTITION BY {keys}, known"
                f" ORDER BY {', '.join(own)}) <= %s AS kept FROM given LEFT JOIN sized USING ({keys}))"
                f" SELECT {keys}, {kept}, NOT kept, {added} FROM placed"
                f" GROUP BY {', '.join(str(place) for place in range(1, len(named) + len(own) + 2))}"
                f" ON CONFLICT ({keys}, {', '.join(own)}, is_other) DO UPDATE SET {put}",
                [*parameters, most],
            )
        )

    def put(self, model: type[Model], keys: Columns, values: Columns, rows: Sequence[Row]) -> None:
        """Insert rows of `keys` and `values`; on the same keys, replace the values."""
        if rows:
            self._insert(model, (*keys, *values), by_column(rows), _putting(model, tuple(keys), tuple(values)))

    def update(self, model: type[Model], keys: Columns, values: Columns, rows: Sequence[Row]) -> None:
        """Set `values` on the existing rows that have these `keys`."""
        if rows:
            given, parameters = _given(model, (*keys, *values), by_column(rows))
            put = ", ".join(f"{_column(model, name)} = given.{_column(model, name)}" for name in values)
            sql = f"UPDATE {_table(model)} SET {put} FROM ({given}) AS given WHERE {_match(model, keys)}"
            self._parts.append((sql, parameters))

    def lower(self, model: type[Model], keys: Columns, column: str, rows: Sequence[Row]) -> None:
        """Lower a column to the given value in existing rows with these `keys` that hold more."""
        if rows:
            given, parameters = _given(model, (*keys, column), by_column(rows))
            name, table = _column(model, column), _table(model)
            sql = f"UPDATE {table} SET {name} = given.{name} FROM ({given}) AS given WHERE {_match(model, keys)}"
            self._parts.append((f"{sql} AND given.{name} < {table}.{name}", parameters))

    def delete_until(self, model: type[Model], keys: Columns, rows: Sequence[Row], column: str, end: datetime) -> None:
        """Delete rows with these `keys` whose time in `column` is at or before the given end."""
        if rows:
            given, parameters = _given(model, keys, by_column(rows))
            past = f"{_table(model)}.{_column(model, column)} <= CAST(%s AS timestamptz)"
            sql = f"DELETE FROM {_table(model)} USING ({given}) AS given WHERE {_match(model, keys)} AND {past}"
            self._parts.append((sql, [*parameters, end]))

    def run(self) -> None:
        """Write everything collected, and start over."""
        if self._parts:
            self._send("SELECT 1")

    def run_with(self, name: str, first: str, parameters: Sequence[Any], answer: str) -> list[tuple[Any, ...]]:
        """Write everything collected, with a query `first` that computed columns may read; return its result."""
        self._parts.insert(0, (first, list(parameters)))
        return self._send(answer, name)

    def _send(self, answer: str, first: str = "part0") -> list[tuple[Any, ...]]:
        parts, self._parts = self._parts, []
        names = [first, *(f"part{number}" for number in range(1, len(parts)))]
        texts = ", ".join(f"{name} AS ({sql})" for name, (sql, _) in zip(names, parts, strict=True))
        return prepared_rows(f"WITH {texts} {answer}", [value for _, values in parts for value in values])

    def _insert(
        self,
        model: type[Model],
        columns: Columns,
        values: Sequence[Sequence[Any]],
        ending: str,
        computed: Mapping[str, str] | None = None,
    ) -> None:
        if values and values[0]:
            given, parameters = _given(model, columns, values)
            into = _inserting(model, tuple(columns), tuple((computed or {}).items()))
            self._parts.append((f"{into} FROM ({given}) AS given{ending}", parameters))


def read_row(model: type[M], row: Mapping[str, Any]) -> M:
    """Return the model instance for a row read as JSON with all columns by name."""
    columns, readers = _readers(model)
    values = {name: row[column] for name, column in columns}
    for name, read in readers:
        values[name] = read(values[name])
    return stored_row(model, values)


@cache
def _readers(model: type[Model]) -> tuple[list[tuple[str, str]], list[tuple[str, Callable[[Any], Any]]]]:
    """Return the attribute and column of each field, and the readers of those that JSON does not hold as they are."""
    fields = model._meta.concrete_fields
    converted: list[tuple[str, Callable[[Any], Any]]] = [
        (field.attname, field.to_python)
        for field in fields
        if _field(model, field.attname).get_internal_type() not in HELD_BY_JSON
    ]
    return [(field.attname, str(field.column)) for field in fields], converted


def draw_ids(model: type[Model], count: int) -> list[int]:
    """Return unused ids for new rows, for callers that name them in other rows of the same statement."""
    sequence = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
    return [pk for (pk,) in prepared_rows(sequence, [model._meta.db_table, count])]


def stored_row(model: type[M], values: Mapping[str, Any]) -> M:
    """Return the instance of a stored row with these values of all its columns; it takes a fifth of `from_db`."""
    made = model.__new__(model)
    made.__dict__ = dict(values)
    made._state = ModelState()
    made._state.adding, made._state.db = False, DEFAULT_DB_ALIAS
    return made


def copy_row(row: M) -> M:
    """Return another instance with the values and related rows of a stored one, in a fifth of the time of
    `copy.copy`."""
    made = type(row).__new__(type(row))
    made.__dict__.update(row.__dict__)
    made._state = ModelState()
    made._state.adding, made._state.db = row._state.adding, row._state.db
    made._state.fields_cache = dict(row._state.fields_cache)
    return made


def by_column(rows: Sequence[Row]) -> list[Sequence[Any]]:
    """Return the rows' values column by column."""
    return list(zip(*rows, strict=True))


@cache
def _inserting(model: type[Model], columns: Columns, computed: Sequence[tuple[str, str]]) -> str:
    expressions = dict(computed)
    taken = ", ".join(expressions.get(name, f"given.{_column(model, name)}") for name in columns)
    return f"INSERT INTO {_table(model)} ({_names(model, columns)}) SELECT {taken}"


@cache
def _adding(model: type[Model], keys: Columns, sums: Columns, newest: Columns) -> str:
    table = _table(model)
    added = [f"{name} = {table}.{name} + excluded.{name}" for name in (_column(model, each) for each in sums)]
    added += [
        f"{name} = GREATEST({table}.{name}, excluded.{name})" for name in (_column(model, each) for each in newest)
    ]
    return f" ON CONFLICT ({_names(model, keys)}) DO UPDATE SET {', '.join(added)}"


@cache
def _putting(model: type[Model], keys: Columns, values: Columns) -> str:
    put = ", ".join(f"{name} = excluded.{name}" for name in (_column(model, value) for value in values))
    return f" ON CONFLICT ({_names(model, keys)}) DO UPDATE SET {put}"


def _match(model: type[Model], keys: Columns) -> str:
    names = (_column(model, name) for name in keys)
    return " AND ".join(f"{_table(model)}.{name} = given.{name}" for name in names)


def _given(model: type[Model], columns: Columns, values: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
    """Return the subquery that expands parameters into typed columns, and the parameters.

    `values` are those of each column. A value that many rows share is a parameter of its own, so that it is written and
    parsed once; the others include at least one column. A single row is an object instead of a list: the planner then
    knows that it is one, and finds the row to update by its key; for a list it expects a hundred rows and may read the
    whole table.
    """
    many = len(values[0]) >= MANY
    alike = [many and _is_shared(each) for each in values]
    shared = (False, *alike[1:]) if all(alike) else tuple(alike)
    parameters = [each[0] for each, same in zip(values, shared, strict=True) if same]
    typed = zip(_kinds(model, tuple(columns)), values, shared, strict=True)
    sent = [(kind, _written(kind, each)) for kind, each, same in typed if not same]
    if many and (arrays := _arrays(sent)):
        return _typed(model, tuple(columns), shared, "unnest"), [*parameters, *arrays]
    keys = [f"c{number}" for number, same in enumerate(shared) if not same]
    rows = [dict(zip(keys, row, strict=True)) for row in zip(*(each for _, each in sent), strict=True)]
    is_single = len(rows) == 1
    parameter = orjson.dumps(rows[0] if is_single else rows).decode()
    expand = "json_to_record" if is_single else "json_to_recordset"
    return _typed(model, tuple(columns), shared, expand), [*parameters, parameter]


def _arrays(sent: Sequence[tuple[str, Sequence[Any]]]) -> list[str | UuidArray]:
    """Return the columns, each given with its field's kind, as array literals, which the database reads in three
    quarters of the time of a list of objects; nothing if one of them cannot be such a literal.

    UUIDs are sent in binary form, which it reads faster still, unless one is missing. The literal of another array is
    its JSON in braces: both write a quote and a backslash in a text with a backslash before it. JSON's other escapes,
    of control characters, have no counterpart; nor has a list in a column.
    """
    literals: list[str | UuidArray] = []
    for kind, values in sent:
        if kind == "UUIDField" and NoneType not in set(map(type, values)):
            literals.append(UuidArray.of(values))
            continue
        is_json = kind == "JSONField"
        texts = [value if value is None else orjson.dumps(value).decode() for value in values] if is_json else values
        text = orjson.dumps(texts).decode()
        if kind == "ArrayField" or ("\\" in text and "\\" in text.replace("\\\\", "").replace('\\"', "")):
            return []
        literals.append(f"{{{text[1:-1]}}}")
    return literals


def _is_shared(values: Sequence[Any]) -> bool:
    """Whether all rows share one value, which is then sent once; lists and objects are always sent with their row."""
    first = values[0]
    return not isinstance(first, (dict, list)) and values.count(first) == len(values)


@cache
def _typed(model: type[Model], columns: Columns, shared: Sequence[bool], expand: str) -> str:
    types = [
        (number, same, column, _type(_field(model, column)))
        for number, (column, same) in enumerate(zip(columns, shared, strict=True))
    ]
    fields = ", ".join(
        f"{f'CAST(%s AS {kind})' if same else f'c{number}'} AS {_column(model, column)}"
        for number, same, column, kind in types
    )
    sent = [(f"c{number}", kind) for number, same, _, kind in types if not same]
    if expand == "unnest":
        # `FROM unnest(…)` would copy each column to a store of its own before the first row.
        arrays = ", ".join(f"unnest(CAST(%s AS {kind}[])) AS {name}" for name, kind in sent)
        return f"SELECT {fields} FROM (SELECT {arrays}) AS r"
    record = ", ".join(f"{name} {kind}" for name, kind in sent)
    return f"SELECT {fields} FROM {expand}(%s) AS r({record})"


@cache
def _kinds(model: type[Model], columns: Columns) -> list[str]:
    """Return the kind of each column's field, as Django names it."""
    return [_field(model, name).get_internal_type() for name in columns]


def _written(kind: str, values: Sequence[Any]) -> Sequence[Any]:
    """Return a column's values as JSON can hold them: a whole number of any size is text."""
    if kind != "DecimalField":
        return values
    return [None if value is None else str(value) for value in values]


def _field(model: type[Model], name: str) -> Any:
    """Return the field that decides a column's type: for a foreign key, the key it finally points to."""
    field: Any = _named(model, name)
    while field.remote_field is not None:
        field = field.target_field
    return field


@cache
def _named(model: type[Model], name: str) -> Any:
    return next(field for field in model._meta.fields if field.attname == name)


def _column(model: type[Model], name: str) -> str:
    return f'"{_named(model, name).column}"'


def _names(model: type[Model], names: Columns) -> str:
    return ", ".join(_column(model, name) for name in names)


def _table(model: type[Model]) -> str:
    return f'"{model._meta.db_table}"'


def _type(field: Any) -> str:
    """Return the column's type, but `text` for all texts; the table checks their length."""
    kind = str(field.rel_db_type(connection))
    if not kind.startswith("varchar"):
        return kind
    return "text[]" if kind.endswith("[]") else "text"
