"""Stores the state of the stand-in: in a SQLite file, or in memory for a test."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (kind, seq);
CREATE TABLE IF NOT EXISTS keys (
    key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS deliveries (
    event_id TEXT PRIMARY KEY, attempts INTEGER NOT NULL DEFAULT 0, next_at REAL NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0, answer TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS payout_parts (transaction_id TEXT PRIMARY KEY, payout_id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS event_versions (event_id TEXT PRIMARY KEY, version TEXT NOT NULL);
"""

Body = dict[str, Any]


class Store:
    """Objects by id and kind, idempotency keys, deliveries. One thread writes at a time."""

    def __init__(self, path: str = ":memory:") -> None:
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self.database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.database.executescript(_SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Lock the state for one request; all of its changes are kept, or none."""
        with self._lock:
            self.database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self.database.execute("ROLLBACK")
                raise
            self.database.execute("COMMIT")

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return self.database.execute(sql, values).fetchall()

    def put(self, body: Body) -> Body:
        self.query(
            "INSERT INTO objects (id, kind, body) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            body["id"],
            body["object"],
            json.dumps(body),
        )
        return body

    def get(self, object_id: str, kind: str | None = None) -> Body | None:
        rows = self.query("SELECT kind, body FROM objects WHERE id = ?", object_id)
        if not rows or (kind is not None and rows[0][0] != kind):
            return None
        return dict(json.loads(rows[0][1]))

    def all(self, kind: str) -> list[Body]:
        """Return every object of a kind, newest first, as Stripe lists them."""
        rows = self.query("SELECT body FROM objects WHERE kind = ? ORDER BY seq DESC", kind)
        return [json.loads(body) for (body,) in rows]
