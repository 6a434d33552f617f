"""Writing rows without asking the ORM to write SQL each time: the columns are the model's, the values are adapted.

For the few tables that every movement of credit writes to; everything else is the ORM's.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model

Columns = tuple["Field[Any, Any]", ...]


def insert_rows(rows: Sequence[Model]) -> None:
    """Insert rows of one model, and give them their keys."""
    for part in _parts(rows):
        _insert(part, "")


def insert_unless_taken(rows: Sequence[Model]) -> bool:
    """Insert rows of one model; False where a unique constraint kept one out, and then the caller must give up.

    Unlike an error that the database raises, this leaves the transaction able to look why.
    """
    return all(_insert(part, "ON CONFLICT DO NOTHING") for part in _parts(rows))


def update_rows(rows: Sequence[Model], *names: str) -> None:
    """Write the named fields of rows of one model, never null, by their keys, in one statement."""
    if not rows:
        return
    model = type(rows[0])
    pk, fields = model._meta.pk, [model._meta.get_field(name) for name in names]
    values = [[_value(field, row) for field in (*fields, pk)] for row in rows]
    with connection.cursor() as cursor:
        if len(rows) == 1:
            cursor.execute(_update_one(model, names), values[0])
        else:
            cursor.execute(_update_many(model, names, len(rows)), [value for row in values for value in row])


def add_rows(model: type[Model], keys: Sequence[str], sums: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of `keys` and `sums` (columns); where one with the same keys exists, add the sums to it.

    No two of the rows may have the same keys.
    """
    if not rows:
        return
    table, columns = _table(model), [connection.ops.quote_name(name) for name in (*keys, *sums)]
    added = ", ".join(f"{name} = {table}.{name} + EXCLUDED.{name}" for name in columns[len(keys) :])
    sql = _ADD.format(
        table=table,
        columns=", ".join(columns),
        rows=", ".join([_places(len(columns))] * len(rows)),
        keys=", ".join(columns[: len(keys)]),
        added=added,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for row in rows for value in row])


def _insert(rows: Sequence[Model], otherwise: str) -> bool:
    model, fields = type(rows[0]), _inserted(type(rows[0]))
    values = [_value(field, row) for row in rows for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(_insert_sql(model, len(rows), otherwise), values)
        keys = cursor.fetchall()
    if len(keys) != len(rows):
        return False
    for row, (key,) in zip(rows, keys, strict=True):
        if row.pk is None:
            row.pk = key
        row._state.adding, row._state.db = False, connection.alias
    return True


def _parts(rows: Sequence[Model]) -> list[Sequence[Model]]:
    """As many rows at once as the engine takes parameters."""
    if not rows:
        return []
    fields = [field.name for field in _inserted(type(rows[0]))]
    most = max(connection.ops.bulk_batch_size(fields, rows), 1)
    return [rows[start : start + most] for start in range(0, len(rows), most)]


def _value(field: Any, row: Model) -> Any:
    return field.get_db_prep_save(getattr(row, field.attname), connection)


@cache
def _inserted(model: type[Model]) -> Columns:
    """Every column but a key that the database makes."""
    return tuple(field for field in model._meta.concrete_fields if field is not model._meta.auto_field)


@cache
def _insert_sql(model: type[Model], count: int, otherwise: str) -> str:
    fields = _inserted(model)
    return _INSERT.format(
        table=_table(model),
        columns=", ".join(_quoted(field) for field in fields),
        rows=", ".join([_places(len(fields))] * count),
        otherwise=otherwise,
        pk=_quoted(model._meta.pk),
    )


@cache
def _update_one(model: type[Model], names: tuple[str, ...]) -> str:
    sets = ", ".join(f"{_quoted(model._meta.get_field(name))} = %s" for name in names)
    return _UPDATE_ONE.format(table=_table(model), sets=sets, pk=_quoted(model._meta.pk))


def _update_many(model: type[Model], names: Sequence[str], count: int) -> str:
    columns = [_quoted(model._meta.get_field(name)) for name in names]
    return _UPDATE_MANY.format(
        table=_table(model),
        sets=", ".join(f"{column} = v.column{number}" for number, column in enumerate(columns, 1)),
        rows=", ".join([_places(len(names) + 1)] * count),
        pk=_quoted(model._meta.pk),
        last=len(names) + 1,
    )


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _quoted(field: Any) -> str:
    return connection.ops.quote_name(field.column)


def _places(count: int) -> str:
    return f"({', '.join(['%s'] * count)})"


_INSERT = "INSERT INTO {table} ({columns}) VALUES {rows} {otherwise} RETURNING {pk}"
_ADD = "INSERT INTO {table} ({columns}) VALUES {rows} ON CONFLICT ({keys}) DO UPDATE SET {added}"
_UPDATE_ONE = "UPDATE {table} SET {sets} WHERE {pk} = %s"
_UPDATE_MANY = "UPDATE {table} SET {sets} FROM (VALUES {rows}) AS v WHERE {table}.{pk} = v.column{last}"
