"""The file of an archived month: its usage events in Parquet, by organization and id.

The columns have the table's names: amounts and keys are 64-bit integers, times microseconds in UTC, days dates, UUIDs
text. pyarrow is imported only when a file is written or read, so it is needed only for archiving.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import and_
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.usage.errors import ArchiveUnavailable
from apps.usage.models import ArchivedMonth, UsageEvent

Row = tuple[Any, ...]
FIELDS = {field.attname: field for field in UsageEvent._meta.concrete_fields}
COLUMNS = tuple(FIELDS)
GROUP_ROWS = 100_000
_BLOCK_BYTES = 1 << 20


def write_file(path: Path, rows: Iterable[Row]) -> None:
    """Write rows, given in the order of COLUMNS and sorted by organization and id, and sync them to disk."""
    arrow, parquet = _pyarrow()
    schema = arrow.schema([(name, _type(arrow, name)) for name in COLUMNS])
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for group in _groups(rows):
            columns = [written(name, values) for name, values in zip(COLUMNS, zip(*group, strict=True), strict=True)]
            writer.write_table(arrow.table(columns, schema=schema), row_group_size=GROUP_ROWS)
    sync(path)


def sync(path: Path) -> None:
    """Sync a file, or a directory's entries, to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_file(path: Path, organization_id: UUID | None = None) -> Iterator[Row]:
    """Yield the rows of a file in order, all or one organization's, without holding them all in memory."""
    wanted = {} if organization_id is None else {"organization_id": organization_id}
    data, only = _open(path, wanted)
    for batch in data.to_batches(columns=list(COLUMNS), filter=only, batch_size=10_000, use_threads=False):
        yield from _rows(batch)


@dataclass(frozen=True, slots=True)
class FoundEvents:
    """Events found in a file: the first ones, and the number and charge (in micros) of all."""

    events: Sequence[UsageEvent]
    count: int
    charge_micros: int


def find_events(archived: ArchivedMonth, *, limit: int, **wanted: object) -> FoundEvents:
    """Return an archived month's events with the given column values, in the order of the file.

    If the organization is given, only its part of the file is read.

    Raises:
        ArchiveUnavailable: the file cannot be read, or is not what was archived.
    """
    data, only = _open(file_of(archived), wanted)
    charges = data.to_table(columns=["charge_micros"], filter=only).column("charge_micros")
    rows = _rows(data.head(limit, columns=list(COLUMNS), filter=only).combine_chunks()) if limit else iter(())
    events = [UsageEvent(**dict(zip(COLUMNS, row, strict=True))) for row in rows]
    return FoundEvents(events, len(charges), sum(charges.to_pylist()))


def file_of(archived: ArchivedMonth) -> Path:
    """Return the path of an archived month's file, after checking its hash.

    Raises:
        ArchiveUnavailable: it is missing or has other content.
    """
    path = settings.ARCHIVE_DIR / archived.file
    try:
        found = path.stat()
        right = _hash_then(path, found.st_size, found.st_mtime_ns) == archived.sha256
    except OSError as error:
        raise ArchiveUnavailable(f"{archived.file} cannot be read: {error.strerror}") from error
    if not right:
        raise ArchiveUnavailable(f"{archived.file} is not what was archived: its SHA-256 differs")
    return path


def newest_first(path: Path, condition: Any) -> Iterator[UsageEvent]:
    """Yield a file's events that match a condition, last to first, holding one row group in memory."""
    data, _ = _open(path, {})
    [fragment] = data.get_fragments()
    for group in reversed(fragment.split_by_row_group(condition)):
        table = group.to_table(columns=list(COLUMNS), filter=condition, use_threads=False)
        rows = list(_rows(table.combine_chunks()))
        yield from (UsageEvent(**dict(zip(COLUMNS, row, strict=True))) for row in reversed(rows))


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


@lru_cache(maxsize=256)
def _hash_then(path: Path, _size: int, _changed_at: int) -> str:
    """Return a file's hash, cached per process by its size and modification time."""
    return hash_of(path)


def _open(path: Path, wanted: Mapping[str, object]) -> tuple[Any, Any]:
    """Return a file as a pyarrow data set, and the condition for the wanted column values."""
    arrow = expressions()
    conditions = [arrow.field(name) == written(name, [value])[0] for name, value in wanted.items()]
    return arrow.dataset(path, format="parquet"), reduce(and_, conditions) if conditions else None


def expressions() -> Any:
    """Return pyarrow's data set module, which reads files by conditions.

    Raises:
        ArchiveUnavailable: pyarrow is not installed.
    """
    _pyarrow()
    import pyarrow.dataset

    return pyarrow.dataset


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise ArchiveUnavailable("pyarrow is not installed here (the extra `archive`)") from error
    return pyarrow, pyarrow.parquet


def _groups(rows: Iterable[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:
        group.append(row)
        if len(group) == GROUP_ROWS:
            yield group
            group = []
    if group:
        yield group


def _rows(batch: Any) -> Iterator[Row]:
    columns = [_column_values(name, batch.column(name).to_pylist()) for name in COLUMNS]
    return zip(*columns, strict=True)


def _kind(name: str) -> str:
    """Return a column's Django field type; for a foreign key, that of its target."""
    field: Any = FIELDS[name]
    while field.remote_field is not None:
        field = field.target_field
    return str(field.get_internal_type())


def _type(arrow: Any, name: str) -> Any:
    types = {
        "DateTimeField": arrow.timestamp("us", "UTC"),
        "DateField": arrow.date32(),
        "BigAutoField": arrow.int64(),
        "BigIntegerField": arrow.int64(),
        "CharField": arrow.string(),
        "DecimalField": arrow.decimal256(50),
        "JSONField": arrow.string(),
        "UUIDField": arrow.string(),
    }
    return types[_kind(name)]


def written(name: str, values: Iterable[Any]) -> list[Any]:
    """Convert a column's values to their form in a file."""
    write = _WRITERS.get(_kind(name))
    return list(values) if write is None else [value if value is None else write(value) for value in values]


def _column_values(name: str, values: list[Any]) -> list[Any]:
    read = _READERS.get(_kind(name))
    return values if read is None else [value if value is None else read(value) for value in values]


_WRITERS: dict[str, Callable[[Any], str]] = {
    "UUIDField": str,
    "JSONField": lambda value: json.dumps(value, sort_keys=True),
}
_READERS: dict[str, Callable[[str], Any]] = {"UUIDField": UUID, "JSONField": json.loads}
