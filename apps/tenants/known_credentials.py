"""Credentials that were found valid before, kept in this process until something about their organization changes.

Every change of an organization's terms or status, of its API keys or of its identities raises `Organization.version`
(triggers on the three tables; platform keys have a version of their own). What is kept is used only while that version
is the one it was read at, which one short statement asks in every request. So a revocation that is committed before a
request begins is obeyed by that request, in every process, also behind a pooler. Invalid credentials are never kept.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from apps.common.statements import prepared_cursor

T = TypeVar("T")
MOST = 10_000


@dataclass(frozen=True, slots=True)
class _Kept(Generic[T]):
    value: T
    organization_id: UUID | None
    version: int


class RecentlyUsed(Generic[T]):
    """At most `MOST` values by the hash of a credential, of which the least recently used goes first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: OrderedDict[str, T] = OrderedDict()

    def get(self, digest: str) -> T | None:
        """Return the value, or None."""
        with self._lock:
            value = self._values.get(digest)
            if value is not None:
                self._values.move_to_end(digest)
            return value

    def put(self, digest: str, value: T) -> None:
        """Keep a value."""
        with self._lock:
            self._values[digest] = value
            self._values.move_to_end(digest)
            if len(self._values) > MOST:
                self._values.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()


class KnownCredentials(Generic[T]):
    """What credentials stand for, as it was read from the database at a version of their organization."""

    def __init__(self) -> None:
        self._kept: RecentlyUsed[_Kept[T]] = RecentlyUsed()

    def get(self, digest: str) -> T | None:
        """Return what a credential stands for if nothing changed since it was read, which one statement tells."""
        kept = self._kept.get(digest)
        if kept is None or version_of(kept.organization_id) != kept.version:
            return None
        return kept.value

    def put(self, digest: str, value: T, *, organization_id: UUID | None, version: int) -> None:
        """Keep what was read together with, or after, this version."""
        self._kept.put(digest, _Kept(value, organization_id, version))

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()


def version_of(organization_id: UUID | None) -> int | None:
    """Return the version that an organization has now, or the one of all platform keys; None where there is no row."""
    with prepared_cursor() as cursor:
        if organization_id is None:
            cursor.execute("SELECT version FROM tenants_platformkeyversion")
        else:
            cursor.execute("SELECT version FROM tenants_organization WHERE id = %s", [organization_id])
        row = cursor.fetchone()
    return int(row[0]) if row else None
