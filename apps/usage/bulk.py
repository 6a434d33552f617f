# ruff: noqa: S608 (names come from the models, values from parameters)
"""Many rows in one statement on either engine: they travel as one JSON parameter and the database takes them apart.

A batch then costs the same number of statements whatever its size, and no limit on parameters is ever met. Names come
from the models, values from the parameter; nothing a caller sends becomes SQL.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

Row = Sequence[Any]
Columns = Sequence[str]


def insert_rows(model: type[Model], columns: Columns, rows: Sequence[Row]) -> None:
    """Insert rows, each a sequence in the order of `columns`; a foreign key is named with `_id`."""
    _insert(model, columns, rows, "")


def add_missing_rows(model: type[Model], columns: Columns, rows: Sequence[Row]) -> None:
    """Insert rows and leave those alone that exist."""
    _insert(model, columns, rows, " ON CONFLICT DO NOTHING")


def add_rows(model: type[Model], keys: Columns, sums: Columns, rows: Sequence[Row]) -> None:
    """Insert rows of `keys` and `sums`; where a row with the same keys exists, add the sums to it."""
    columns = [_column(model, name) for name in sums]
    added = ", ".join(f"{name} = {_table(model)}.{name} + excluded.{name}" for name in columns)
    _insert(model, (*keys, *sums), rows, f" ON CONFLICT ({_names(model, keys)}) DO UPDATE SET {added}")


def put_rows(model: type[Model], keys: Columns, values: Columns, rows: Sequence[Row]) -> None:
    """Insert rows of `keys` and `values`; where a row with the same keys exists, replace its values."""
    put = ", ".join(f"{name} = excluded.{name}" for name in (_column(model, value) for value in values))
    _insert(model, (*keys, *values), rows, f" ON CONFLICT ({_names(model, keys)}) DO UPDATE SET {put}")


def update_rows(model: type[Model], keys: Columns, values: Columns, rows: Sequence[Row]) -> None:
    """Set `values` on the existing rows that have these `keys`."""
    if rows:
        columns = (*keys, *values)
        put = ", ".join(f"{_column(model, name)} = given.{_column(model, name)}" for name in values)
        sql = f"UPDATE {_table(model)} SET {put} FROM ({_rows(model, columns)}) AS given WHERE {_match(model, keys)}"
        with connection.cursor() as cursor:
            cursor.execute(sql, [_parameter(model, columns, rows)])


def find_rows(model: type[Model], keys: Columns, columns: Columns, wanted: Iterable[Row]) -> list[dict[str, Any]]:
    """Return `columns` of the rows that have these `keys`, each found through the index on them."""
    wanted = list(wanted)
    if not wanted:
        return []
    fields = ", ".join(f"{_table(model)}.{_column(model, name)}" for name in columns)
    sql = f"SELECT {fields} FROM ({_rows(model, keys)}) AS given JOIN {_table(model)} ON {_match(model, keys)}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [_parameter(model, keys, wanted)])
        return [_read(model, columns, row) for row in cursor.fetchall()]


def _insert(model: type[Model], columns: Columns, rows: Sequence[Row], conflict: str) -> None:
    if not rows:
        return
    # WHERE keeps SQLite from reading ON CONFLICT as the condition of a join.
    select = f"SELECT * FROM ({_rows(model, columns)}) AS given WHERE true"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_table(model)} ({_names(model, columns)}) {select}{conflict}",
            [_parameter(model, columns, rows)],
        )


def _match(model: type[Model], keys: Columns) -> str:
    names = (_column(model, name) for name in keys)
    return " AND ".join(f"{_table(model)}.{name} = given.{name}" for name in names)


def _rows(model: type[Model], columns: Columns) -> str:
    """The subquery that takes the JSON parameter apart into typed columns."""
    numbered = list(enumerate(columns))
    if connection.vendor == "postgresql":
        types = ", ".join(f"c{number} {_type(_field(model, name))}" for number, name in numbered)
        names = ", ".join(f"c{number} AS {_column(model, name)}" for number, name in numbered)
        return f"SELECT {names} FROM json_to_recordset(%s) AS r({types})"
    names = ", ".join(f"json_extract(value, '$.c{number}') AS {_column(model, name)}" for number, name in numbered)
    return f"SELECT {names} FROM json_each(%s)"


def _parameter(model: type[Model], columns: Columns, rows: Iterable[Row]) -> str:
    writers = [_WRITERS.get(_field(model, name).get_internal_type()) for name in columns]
    columns_first = [
        [None if value is None else write(value) for value in values] if write else values
        for write, values in zip(writers, zip(*rows, strict=True), strict=True)
    ]
    names = [f"c{number}" for number in range(len(columns))]
    return json.dumps([dict(zip(names, row, strict=True)) for row in zip(*columns_first, strict=True)])


def _write_uuid(value: Any) -> str:
    return value.hex if isinstance(value, UUID) else str(value)


def _write_moment(value: datetime) -> str:
    text = (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat(sep=" ")
    return text if connection.vendor == "postgresql" else text.removesuffix("+00:00")


_WRITERS: dict[str, Callable[[Any], str]] = {
    "UUIDField": _write_uuid,
    "DateTimeField": _write_moment,
    "DateField": date.isoformat,
}


def _read(model: type[Model], columns: Columns, row: Row) -> dict[str, Any]:
    if connection.vendor == "postgresql":
        return dict(zip(columns, row, strict=True))
    readers = [_READERS.get(_field(model, name).get_internal_type()) for name in columns]
    values = [read(value) if read and value is not None else value for read, value in zip(readers, row, strict=True)]
    return dict(zip(columns, values, strict=True))


_READERS: dict[str, Callable[[Any], Any]] = {
    "UUIDField": lambda value: value if isinstance(value, UUID) else UUID(value),
    "DateField": lambda value: value if isinstance(value, date) else date.fromisoformat(value),
}


def _field(model: type[Model], name: str) -> Any:
    """The field that decides a column's type: of a foreign key, the key that it points to in the end."""
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
    """The column type, but text for every text, whose length the table itself then checks."""
    kind = str(field.rel_db_type(connection))
    return "text" if kind.startswith("varchar") else kind
