"""Write changed rows with their audit entries as part of one statement, instead of three statements per row."""

from collections.abc import Collection, Iterable
from typing import Any

from auditlog.diff import model_instance_diff
from auditlog.models import LogEntry, LogEntryManager
from auditlog.registry import auditlog
from django.db.models import Model
from django.db.models.signals import pre_save

from apps.common.rows import RowWriter, copy_row

_FIELDS = [field for field in LogEntry._meta.concrete_fields if not field.primary_key]


class RowChanges:
    """Collects new rows and changes to locked rows; the audit entries are those that `save` would write.

    A row is watched from its stored state on. Its changed fields are written once, no matter how often they were set.
    """

    def __init__(self) -> None:
        self._new: list[Model] = []
        self._rows: dict[tuple[type[Model], Any], tuple[Model, Model]] = {}
        self._fields: dict[tuple[type[Model], Any], set[str]] = {}

    def watch(self, row: Model) -> None:
        """Remember the stored state of a row."""
        if _key(row) not in self._fields:
            self._rows[_key(row)] = copy_row(row), row

    def save(self, row: Model, *fields: str) -> None:
        """Write these fields of a watched row with the next statement."""
        assert self._rows[_key(row)][1] is row, f"{row!r} is not the instance that is watched"
        self._fields.setdefault(_key(row), set()).update(fields)

    def insert(self, *rows: Model) -> None:
        """Insert new rows with the next statement; one with an audit trail needs an id, see `draw_ids`."""
        self._new += rows

    def add_to(self, writer: RowWriter) -> None:
        """Add all rows and their audit entries to a statement, and watch the changed rows as they are then."""
        entries = self._insert_into(writer)
        for key, fields in self._fields.items():
            before, row = self._rows[key]
            changed = sorted(name for name in _attnames(row, fields) if getattr(before, name) != getattr(row, name))
            if changed:
                primary = str(row._meta.pk.attname)
                values = [row.pk, *(getattr(row, name) for name in changed)]
                writer.update(type(row), [primary], changed, [values])
                entries += _entries(before, row, LogEntry.Action.UPDATE, fields)
                self._rows[key] = (copy_row(row), row)
        rows = [[field.to_python(getattr(each, field.attname)) for field in _FIELDS] for each in entries]
        writer.insert(LogEntry, [field.attname for field in _FIELDS], rows)
        self._fields.clear()

    def _insert_into(self, writer: RowWriter) -> list[LogEntry]:
        entries: list[LogEntry] = []
        models: Iterable[type[Model]] = dict.fromkeys(type(row) for row in self._new)
        for model in models:
            rows = [row for row in self._new if type(row) is model]
            fields = [each for each in model._meta.concrete_fields if not each.primary_key or rows[0].pk is not None]
            names = [field.attname for field in fields]
            writer.insert(model, names, [[getattr(row, name) for name in names] for row in rows])
            for row in rows:
                entries += _entries(None, row, LogEntry.Action.CREATE)
                row._state.adding, row._state.db = False, "default"
        self._new.clear()
        return entries


class _Unsaved(LogEntryManager):  # type: ignore[misc]  # auditlog has no types
    """Makes the entries that auditlog would save, without saving them."""

    def create(self, **values: Any) -> LogEntry:
        return LogEntry(**values)


def _entries(before: Model | None, row: Model, action: int, fields: Iterable[str] | None = None) -> list[LogEntry]:
    """Return the audit entry of a new or changed row, if its model has a trail."""
    if not auditlog.contains(type(row)):
        return []
    differences = model_instance_diff(before, row, fields_to_check=fields)
    if not differences:
        return []
    manager = _Unsaved()
    manager.model = LogEntry
    entry = manager.log_create(row, action=action, changes=differences)
    pre_save.send(sender=LogEntry, instance=entry, raw=False, using="default", update_fields=None)
    return [entry]


def _attnames(row: Model, fields: Collection[str]) -> list[str]:
    return [field.attname for field in row._meta.concrete_fields if field.name in fields or field.attname in fields]


def _key(row: Model) -> tuple[type[Model], Any]:
    return type(row), row.pk
