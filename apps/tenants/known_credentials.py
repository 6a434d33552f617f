"""A per-process cache of valid credentials, invalidated by any change of their organization.

Triggers increment `Organization.version` with every change of an organization, its API keys, or its identity links;
platform keys have a version of their own. A cached entry is used only if its version is still current, which one short
query checks in every request. So a request obeys every revocation committed before it began, in every process and also
behind a connection pooler. Invalid credentials are not cached.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from apps.common.queries import prepared_cursor

T = TypeVar("T")
MOST = 10_000


@dataclass(frozen=True, slots=True)
class _Kept(Generic[T]):
    value: T
    organization_id: UUID | None
    version: int


class RecentlyUsed(Generic[T]):
    """A thread-safe LRU cache of at most `MOST` values, by the hash of a credential."""

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
        """Store a value."""
        with self._lock:
            self._values[digest] = value
            self._values.move_to_end(digest)
            if len(self._values) > MOST:
                self._values.popitem(last=False)

    def clear(self) -> None:
        """Remove all values."""
        with self._lock:
            self._values.clear()


class KnownCredentials(Generic[T]):
    """A cache of what credentials stand for, valid at one version of their organization."""

    def __init__(self) -> None:
        self._kept: RecentlyUsed[_Kept[T]] = RecentlyUsed()

    def get(self, digest: str) -> T | None:
        """Return the value of a credential if the version is unchanged, which one query checks; else None."""
        kept = self._kept.get(digest)
        if kept is None or version_of(kept.organization_id) != kept.version:
            return None
        return kept.value

    def put(self, digest: str, value: T, *, organization_id: UUID | None, version: int) -> None:
        """Store a value that was read together with, or after, this version."""
        self._kept.put(digest, _Kept(value, organization_id, version))

    def clear(self) -> None:
        """Remove all values."""
        self._kept.clear()


def version_of(organization_id: UUID | None) -> int | None:
    """Return an organization's current version, or that of platform keys for None; None if there is no row."""
    with prepared_cursor() as cursor:
        if organization_id is None:
            cursor.execute("SELECT version FROM tenants_platformkeyversion")
        else:
            cursor.execute("SELECT version FROM tenants_organization WHERE id = %s", [organization_id])
        row = cursor.fetchone()
    return int(row[0]) if row else None
