"""Write changed rows with their audit entries as part of one statement, instead of three statements per row."""

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any

from auditlog.diff import get_field_value, model_instance_diff
from auditlog.models import LogEntry, LogEntryManager
from auditlog.registry import auditlog
from django.db.models import Model
from django.db.models.signals import pre_save
from django.utils.encoding import smart_str

from apps.common.rows import RowWriter, copy_row, stored_row

_COLUMNS = [field.attname for field in LogEntry._meta.concrete_fields if not field.primary_key]
# The values of a new entry that its maker does not set; `timestamp` has a default of its own.
_BLANK = {field.attname: field.get_default() for field in LogEntry._meta.concrete_fields if field.name != "timestamp"}
_TIMESTAMP = LogEntry._meta.get_field("timestamp")


class RowChanges:
    """Collects new rows and changes to locked rows; the audit entries are those that `save` would write.

    A row is watched from its stored state on. Its changed fields are written once, no matter how often they were set.
    """

    def __init__(self) -> None:
        self._new: list[Model] = []
        self._rows: dict[tuple[type[Model], Any], tuple[Model, Model]] = {}
        self._fields: dict[tuple[type[Model], Any], set[str]] = {}

    def watch(self, row: Model, stored: Model | None = None) -> None:
        """Remember the stored state of a row: its present one, or that of `stored`, a copy made before it changed."""
        if _key(row) not in self._fields:
            self._rows[_key(row)] = stored or copy_row(row), row

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
                entries += _entries(row, LogEntry.Action.UPDATE, _differences(before, row, changed))
                self._rows[key] = (copy_row(row), row)
        writer.insert(LogEntry, _COLUMNS, [[getattr(each, name) for name in _COLUMNS] for each in entries])
        self._fields.clear()

    def _insert_into(self, writer: RowWriter) -> list[LogEntry]:
        entries: list[LogEntry] = []
        models: Iterable[type[Model]] = dict.fromkeys(type(row) for row in self._new)
        for model in models:
            rows = [row for row in self._new if type(row) is model]
            fields = [each for each in model._meta.concrete_fields if not each.primary_key or rows[0].pk is not None]
            names = [field.attname for field in fields]
            writer.insert(model, names, [[getattr(row, name) for name in names] for row in rows])
            is_audited = auditlog.contains(model)
            for row in rows:
                entries += _entries(row, LogEntry.Action.CREATE, model_instance_diff(None, row) if is_audited else {})
                row._state.adding, row._state.db = False, "default"
        self._new.clear()
        return entries


class _Unsaved(LogEntryManager):  # type: ignore[misc]  # auditlog has no types
    """Makes the entries that auditlog would save, without saving them."""

    model = LogEntry

    def create(self, **values: Any) -> LogEntry:
        kind = values.pop("content_type")
        return stored_row(
            LogEntry, {**_BLANK, **values, "content_type_id": kind.pk, "timestamp": _TIMESTAMP.get_default()}
        )


def _entries(row: Model, action: int, differences: Mapping[str, Any] | None) -> list[LogEntry]:
    """Return the audit entry of a new or changed row, if there are differences."""
    if not differences:
        return []
    entry = _UNSAVED.log_create(row, action=action, changes=differences)
    pre_save.send(sender=LogEntry, instance=entry, raw=False, using="default", update_fields=None)
    return [entry]


def _differences(before: Model, row: Model, changed: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return the changed values as auditlog writes them; its `model_instance_diff` would compare all columns."""
    audited = _audited(type(row))
    fields = [audited[name] for name in changed if name in audited]
    values = [(field.name, get_field_value(before, field), get_field_value(row, field)) for field in fields]
    return {name: (smart_str(was), smart_str(is_now)) for name, was, is_now in values if was != is_now}


@cache
def _audited(model: type[Model]) -> Mapping[str, Any]:
    """Return the fields whose changes have an audit entry, by the names of their attributes."""
    if not auditlog.contains(model):
        return {}
    rules = auditlog.get_model_fields(model)
    assert not rules["mask_fields"], f"{model} has values that an entry must mask"
    return {field.attname: field for field in model._meta.concrete_fields if field.name not in rules["exclude_fields"]}


_UNSAVED = _Unsaved()


def _attnames(row: Model, fields: Collection[str]) -> list[str]:
    return [field.attname for field in row._meta.concrete_fields if field.name in fields or field.attname in fields]


def _key(row: Model) -> tuple[type[Model], Any]:
    return type(row), row.pk
