"""The audit trail as a chain: the bytes of an entry that are hashed.

`["a1", number, id, model, object's key, object's name, action, changes, change message, actor's id, actor's email,
request id, address, port, microseconds since 1970, additional data, serialized data]`. JSON columns are chained as the
text that PostgreSQL prints.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from apps.ledger.records import canonical, micros_since_1970

SLICE = 2_000
# A row may commit after one with a greater id, so unlinked rows are searched this many ids before the last linked one.
LOOK_BACK = 10_000

_COLUMNS = """
    e.id, c.app_label || '.' || c.model, e.object_pk, e.object_repr, e.action, e.changes::text, e.changes_text,
    e.actor_id, e.actor_email, e.cid, host(e.remote_addr), e.remote_port, e.timestamp, e.additional_data::text,
    e.serialized_data::text
"""
_UNLINKED = f"""
    SELECT {_COLUMNS} FROM auditlog_logentry e JOIN django_content_type c ON c.id = e.content_type_id
    WHERE e.id > %s AND NOT EXISTS (SELECT 1 FROM proofs_auditlink l WHERE l.entry_id = e.id)
    ORDER BY e.id LIMIT {SLICE}
"""  # noqa: S608
_LINKED = f"""
    SELECT l.number, l.entry_id, l.hash, {_COLUMNS} FROM proofs_auditlink l
    LEFT JOIN auditlog_logentry e ON e.id = l.entry_id LEFT JOIN django_content_type c ON c.id = e.content_type_id
    WHERE l.number > %s ORDER BY l.number LIMIT {SLICE}
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An entry of the trail, with the values that are hashed."""

    id: int
    values: tuple[Any, ...]

    def content(self, number: int) -> bytes:
        """Return the bytes that are hashed for the entry at this number of the chain."""
        values = [micros_since_1970(value) if place == 11 else value for place, value in enumerate(self.values)]
        return canonical(["a1", number, self.id, *values])


@dataclass(frozen=True, slots=True)
class LinkedRow:
    """A link and its entry, which is None if it was deleted."""

    number: int
    entry_id: int
    hash: bytes
    row: AuditRow | None


def unlinked_rows(after_id: int) -> list[AuditRow]:
    """Return the oldest entries with a greater id that have no link."""
    return [_row(row) for row in _fetched(_UNLINKED, after_id)]


def linked_rows(after_number: int) -> Iterator[LinkedRow]:
    """Yield the links after a number with their entries, one statement per slice."""
    while rows := _fetched(_LINKED, after_number):
        for number, entry_id, digest, *row in rows:
            yield LinkedRow(number, entry_id, bytes(digest), _row(row) if row[0] is not None else None)
        after_number = rows[-1][0]


def _row(row: Sequence[Any]) -> AuditRow:
    return AuditRow(row[0], tuple(row[1:]))


def _fetched(sql: str, *values: int) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
