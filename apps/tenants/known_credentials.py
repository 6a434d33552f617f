"""A per-process cache of valid credentials, invalidated by any change of their organization.

Triggers increment `Organization.version` with every change of an organization, its API keys, or its identity links;
platform keys have a version of their own. A cached entry is used only if its version is still current, which one short
query checks in every request. So a request obeys every revocation committed before it began, in every process and also
behind a connection pooler. Invalid credentials are not cached.

In a `DeferredCheck` block, the first statement checks the version. A movement's statement (`version_to_check`) and
those of `apps.common.queries` (`checked_along`) include the check; before any other statement a separate query is sent.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from apps.common.queries import Query, prepared_rows
from apps.common.values import value_class

T = TypeVar("T")
MOST = 10_000


class CredentialChanged(Exception):
    """A credential that was used unchecked has a newer version: whatever was done with it must be repeated."""


@value_class(frozen=True, slots=True)
class _CacheEntry(Generic[T]):
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
    """A cache of the values that credentials give access to, each valid at one version of its organization."""

    def __init__(self) -> None:
        self._kept: RecentlyUsed[_CacheEntry[T]] = RecentlyUsed()

    def get(self, digest: str) -> T | None:
        """Return the value of a credential, or None if its version has changed.

        In a `DeferredCheck` block the value is returned unchecked, and the next statement checks its version.
        """
        kept = self._kept.get(digest)
        if kept is None:
            return None
        unchecked = _UNCHECKED.get()
        if unchecked is not None and unchecked.kept is None:
            unchecked.kept = kept
            return kept.value
        return kept.value if version_of(kept.organization_id) == kept.version else None

    def put(self, digest: str, value: T, *, organization_id: UUID | None, version: int) -> None:
        """Store a value that was read together with, or after, this version."""
        self._kept.put(digest, _CacheEntry(value, organization_id, version))

    def clear(self) -> None:
        """Remove all values."""
        self._kept.clear()


def version_of(organization_id: UUID | None) -> int | None:
    """Return an organization's current version, or that of platform keys for None; None if there is no row."""
    if organization_id is None:
        rows = prepared_rows("SELECT version FROM tenants_platformkeyversion")
    else:
        rows = prepared_rows("SELECT version FROM tenants_organization WHERE id = %s", [organization_id])
    return int(rows[0][0]) if rows else None


@dataclass(slots=True)
class _Unchecked:
    """A cached credential that a request used before its version was checked."""

    kept: _CacheEntry[Any] | None = None
    has_changed: bool = False

    def check(self) -> None:
        """Compare the version with the current one.

        Raises:
            CredentialChanged: they differ, or differed at an earlier check.
        """
        kept, self.kept = self.kept, None
        if kept is not None and version_of(kept.organization_id) != kept.version:
            self.has_changed = True
        if self.has_changed:
            raise CredentialChanged


_UNCHECKED: ContextVar[_Unchecked | None] = ContextVar("unchecked_credential", default=None)


class DeferredCheck:
    """A block in which a cached credential is used unchecked until the first statement, or the end of the block.

    Raises:
        CredentialChanged: the credential's version was not current; nothing was read or written with it.
    """

    __slots__ = ("_token", "_unchecked")

    def __enter__(self) -> None:
        self._unchecked = _Unchecked()
        self._token = _UNCHECKED.set(self._unchecked)

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        try:
            if kind is None:
                self._unchecked.check()
        finally:
            _UNCHECKED.reset(self._token)


def version_to_check(organization_id: UUID) -> int | None:
    """Return the version that the caller's next statement must compare with the organization's; None if it is checked.

    If they differ, the caller writes nothing and raises the error that `credential_changed` returns.
    """
    unchecked = _UNCHECKED.get()
    if unchecked is None or unchecked.kept is None or unchecked.kept.organization_id != organization_id:
        return None
    version, unchecked.kept = unchecked.kept.version, None
    return version


@contextmanager
def checked_along() -> Iterator[Query[None] | None]:
    """Yield the query that checks a credential not yet checked, to be sent with the block's statement; else None.

    If that statement fails, the credential remains unchecked.
    """
    unchecked = _UNCHECKED.get()
    if unchecked is None or unchecked.kept is None:
        yield None
        return
    kept, unchecked.kept = unchecked.kept, None
    try:
        yield _check_of(kept)
    except BaseException:
        if not unchecked.has_changed:
            unchecked.kept = kept
        raise


def _check_of(kept: _CacheEntry[Any]) -> Query[None]:
    def compare(version: int | None) -> None:
        if version != kept.version:
            raise credential_changed()

    if kept.organization_id is None:
        return Query("(SELECT version FROM tenants_platformkeyversion)", (), compare)
    return Query("(SELECT version FROM tenants_organization WHERE id = %s)", (kept.organization_id,), compare)


def credential_changed() -> CredentialChanged:
    """Return the error for a statement that found another version; every later statement of the block fails too."""
    unchecked = _UNCHECKED.get()
    if unchecked is not None:
        unchecked.has_changed = True
    return CredentialChanged()


def check_first(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    """Check a credential not yet checked before a statement runs; an execute wrapper on every connection."""
    unchecked = _UNCHECKED.get()
    if unchecked is not None and (unchecked.kept is not None or unchecked.has_changed):
        unchecked.check()
    return execute(sql, params, many, context)


def watch_connection(connection: Any, **_: Any) -> None:
    """Install `check_first` on a new connection."""
    if check_first not in connection.execute_wrappers:
        connection.execute_wrappers.append(check_first)
