# ruff: noqa: S608 (names come from the models, values from parameters)
"""Many rows in one statement: they travel as one JSON parameter and the database takes them apart.

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


def insert_rows(
    model: type[Model], columns: Columns, rows: Sequence[Row], returning: Columns = ()
) -> list[tuple[Any, ...]]:
    """Insert rows, each a sequence in the order of `columns`; a foreign key is named with `_id`.

    Return of each new row the columns `returning`, in no certain order.
    """
    return _insert(model, columns, rows, f" RETURNING {_names(model, returning)}" if returning else "")


def add_missing_rows(model: type[Model], columns: Columns, rows: Sequence[Row]) -> None:
    """Insert rows and leave those alone that exist."""
    _insert(model, columns, rows, " ON CONFLICT DO NOTHING")


def add_rows(model: type[Model], keys: Columns, sums: Columns, rows: Sequence[Row], newest: Columns = ()) -> None:
    """Insert rows; to a row with the same `keys` add the `sums`, and of `newest` keep the later value."""
    table = _table(model)
    added = [f"{name} = {table}.{name} + excluded.{name}" for name in (_column(model, each) for each in sums)]
    added += [
        f"{name} = GREATEST({table}.{name}, excluded.{name})" for name in (_column(model, each) for each in newest)
    ]
    conflict = f" ON CONFLICT ({_names(model, keys)}) DO UPDATE SET {', '.join(added)}"
    _insert(model, (*keys, *sums, *newest), rows, conflict)


def put_rows(model: type[Model], keys: Columns, values: Columns, rows: Sequence[Row]) -> None:
    """Insert rows of `keys` and `values`; where a row with the same keys exists, replace its values."""
    put = ", ".join(f"{name} = excluded.{name}" for name in (_column(model, value) for value in values))
    _insert(model, (*keys, *values), rows, f" ON CONFLICT ({_names(model, keys)}) DO UPDATE SET {put}")


def update_rows(model: type[Model], keys: Columns, values: Columns, rows: Sequence[Row]) -> None:
    """Set `values` on the existing rows that have these `keys`."""
    if rows:
        columns = (*keys, *values)
        put = ", ".join(f"{_column(model, name)} = given.{_column(model, name)}" for name in values)
        given, parameters = _given(model, columns, rows)
        sql = f"UPDATE {_table(model)} SET {put} FROM ({given}) AS given WHERE {_match(model, keys)}"
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)


def find_rows(model: type[Model], keys: Columns, columns: Columns, wanted: Iterable[Row]) -> list[dict[str, Any]]:
    """Return `columns` of the rows that have these `keys`, each found through the index on them."""
    wanted = list(wanted)
    if not wanted:
        return []
    fields = ", ".join(f"{_table(model)}.{_column(model, name)}" for name in columns)
    # All keys travel with each row: the planner would take a shared one for a reason to read all rows that have it.
    given, parameters = _given(model, keys, wanted, share=False)
    sql = f"SELECT {fields} FROM ({given}) AS given JOIN {_table(model)} ON {_match(model, keys)}"
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _insert(model: type[Model], columns: Columns, rows: Sequence[Row], ending: str) -> list[tuple[Any, ...]]:
    if not rows:
        return []
    given, parameters = _given(model, columns, rows)
    select = f"SELECT * FROM ({given}) AS given"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {_table(model)} ({_names(model, columns)}) {select}{ending}", parameters)
        return cursor.fetchall() if cursor.description else []


def _match(model: type[Model], keys: Columns) -> str:
    names = (_column(model, name) for name in keys)
    return " AND ".join(f"{_table(model)}.{name} = given.{name}" for name in names)


def _given(model: type[Model], columns: Columns, rows: Sequence[Row], *, share: bool = True) -> tuple[str, list[Any]]:
    """The subquery that takes the JSON parameter apart into typed columns, and its parameters.

    A value that all rows share is a parameter of its own, so that it is neither written nor read once per row.
    """
    texts = _texts(model, columns, rows)
    shared = [share and values.count(values[0]) == len(values) for values in texts]
    shared[0] = False  # the JSON has a column at least
    names = [None if same else f"c{number}" for number, same in enumerate(shared)]
    values = [values[0] for values, same in zip(texts, shared, strict=True) if same]
    sent = [(name, column) for name, column in zip(names, texts, strict=True) if name]
    keys, sent_columns = [name for name, _ in sent], [column for _, column in sent]
    parameter = json.dumps([dict(zip(keys, row, strict=True)) for row in zip(*sent_columns, strict=True)])
    return _typed(model, columns, names), [*values, parameter]


def _typed(model: type[Model], columns: Columns, names: Sequence[str | None]) -> str:
    types = [(name, column, _type(_field(model, column))) for name, column in zip(names, columns, strict=True)]
    fields = ", ".join(f"{name or f'CAST(%s AS {kind})'} AS {_column(model, column)}" for name, column, kind in types)
    record = ", ".join(f"{name} {kind}" for name, _, kind in types if name)
    return f"SELECT {fields} FROM json_to_recordset(%s) AS r({record})"


def _texts(model: type[Model], columns: Columns, rows: Sequence[Row]) -> list[Sequence[Any]]:
    """The values column by column, each as it is written in JSON."""
    writers = [_WRITERS.get(_field(model, name).get_internal_type()) for name in columns]
    return [
        _written(write, values) if write else values
        for write, values in zip(writers, zip(*rows, strict=True), strict=True)
    ]


def _written(write: Callable[[Any], str], values: Iterable[Any]) -> list[str | None]:
    """Write a column's values; rows of one batch mostly share theirs, and the same one again is not written anew."""
    texts: list[str | None] = []
    last, text = None, None
    for value in values:
        if value is not last:
            last, text = value, None if value is None else write(value)
        texts.append(text)
    return texts


def _write_uuid(value: Any) -> str:
    return value.hex if isinstance(value, UUID) else str(value)


def _write_moment(value: datetime) -> str:
    return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat(sep=" ")


_WRITERS: dict[str, Callable[[Any], str]] = {
    "UUIDField": _write_uuid,
    "DateTimeField": _write_moment,
    "DateField": date.isoformat,
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
