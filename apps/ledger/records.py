"""The hashed content of the records in a book's chain: transfers and notes.

`hash = SHA-256(previous hash || content)`. The content is one JSON array in UTF-8 without spaces: object members
sorted, numbers as integers, timestamps as microseconds since 1970, UUIDs in lower case, absent values as null. Anyone
who has the rows can compute the hashes and compare.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from apps.common.values import value_class

HASH_BYTES = 32
GRANT_END = "grant_end"
COVER = "cover"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# A record's number and an amount in micros.
Part = tuple[int, int]


def canonical(value: object) -> bytes:
    """Serialize lists, mappings with text keys, text, integers, booleans and null to canonical JSON.

    Raises:
        TypeError: the value contains something else.
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def micros_since_1970(moment: datetime | None) -> int | None:
    """Return a timestamp as records contain it: whole microseconds since 1970, UTC."""
    return None if moment is None else (moment - _EPOCH) // _MICROSECOND


def linked(previous: bytes, content: bytes) -> bytes:
    """Return the hash of a record, given the previous record's hash and its own content."""
    return hashlib.sha256(previous + content).digest()


def opening_head(book_id: UUID, unit: str) -> bytes:
    """Return the head of a book without records: the hash of its id and unit."""
    return linked(b"", canonical(["b1", str(book_id), unit]))


@value_class(frozen=True, slots=True)
class GrantTerms:
    """The chained terms of a grant; amounts in micros. `starts_at` is hashed only when it is set."""

    source: str
    priority: int
    is_paid: bool
    amount_micros: int
    paid_micros: int
    granted_at: datetime
    expires_at: datetime | None
    key: str
    description: str
    starts_at: datetime | None = None

    def members(self) -> list[object]:
        """Return the terms in the order in which they are hashed."""
        terms: list[object] = [
            self.source,
            self.priority,
            self.is_paid,
            self.amount_micros,
            self.paid_micros,
            micros_since_1970(self.granted_at),
            micros_since_1970(self.expires_at),
            self.key,
            self.description,
        ]
        return terms if self.starts_at is None else [*terms, micros_since_1970(self.starts_at)]


@dataclass(slots=True)
class Effects:
    """Further effects of a transfer. Numbers refer to records of the same book; amounts are in micros.

    `grant`: terms of the grant it made. `parts`: amounts taken from grants, by the number of the grant's transfer;
    negative if credited back. `covers`: amounts paid of earlier shortfalls, by the number of the transfer that fell
    short. `short`: the amount that no grant covered. `undoes`: amounts undone of charges, by the charge's number.
    `ends`: the grant that it ended, and when.
    """

    grant: GrantTerms | None = None
    parts: list[Part] = field(default_factory=list)
    covers: list[Part] = field(default_factory=list)
    short: int = 0
    undoes: list[Part] = field(default_factory=list)
    ends: tuple[int, datetime] | None = None

    def grant_terms(self) -> dict[str, object]:
        """Return the effects that no other row preserves: the terms of the new grant, and the end set on another."""
        there: dict[str, object] = {}
        if self.grant is not None:
            there["grant"] = self.grant.members()
        if self.ends is not None:
            there["ends"] = [self.ends[0], micros_since_1970(self.ends[1])]
        return there

    def members(self) -> dict[str, object]:
        """Return the effects as they are hashed, without empty ones."""
        there = self.grant_terms()
        for name, some in (("parts", self.parts), ("covers", self.covers), ("undoes", self.undoes)):
            if some:
                there[name] = some
        if self.short:
            there["short"] = self.short
        return there


@value_class(frozen=True, slots=True)
class Side:
    """One entry of a transfer: the account, its amount, and the account's balance and version after it."""

    code: str
    amount_micros: int
    balance_after_micros: int
    version: int


@value_class(frozen=True, slots=True)
class TransferRecord:
    """A transfer with its two entries, the source's first, and its further effects."""

    book_id: UUID
    number: int
    key: str
    fingerprint: str
    kind: str
    unit: str
    amount_micros: int
    description: str
    created_by: str
    cause_type: str
    cause_id: str
    reverses: int | None
    metadata: Mapping[str, Any]
    effective_at: datetime
    recorded_at: datetime
    source: Side
    destination: Side
    effects: Mapping[str, object]

    def content(self) -> bytes:
        """Return the bytes that are hashed."""
        return canonical(
            [
                "t1",
                str(self.book_id),
                self.number,
                self.key,
                self.fingerprint,
                self.kind,
                self.source.code,
                self.destination.code,
                self.unit,
                self.amount_micros,
                self.description,
                self.created_by,
                [self.cause_type, self.cause_id],
                self.reverses,
                self.metadata,
                micros_since_1970(self.effective_at),
                micros_since_1970(self.recorded_at),
                [
                    [side.code, side.amount_micros, side.balance_after_micros, side.version]
                    for side in (self.source, self.destination)
                ],
                self.effects,
            ]
        )


@value_class(frozen=True, slots=True)
class NoteRecord:
    """A change to a chained fact that moved no money."""

    book_id: UUID
    number: int
    what: str
    body: Mapping[str, Any]
    recorded_at: datetime

    def content(self) -> bytes:
        """Return the bytes that are hashed."""
        recorded = micros_since_1970(self.recorded_at)
        return canonical(["n1", str(self.book_id), self.number, self.what, self.body, recorded])


def grant_end(*, grant: int, before: datetime | None, after: datetime | None, by: str, why: str) -> dict[str, object]:
    """Return the body of a note that a grant's end was moved."""
    return {
        "grant": grant,
        "from": micros_since_1970(before),
        "to": micros_since_1970(after),
        "by": by,
        "why": why,
    }


def cover(parts: list[tuple[int, int, int]]) -> dict[str, object]:
    """Return the body of a note that freed credit paid shortfalls; a part is (grant, short transfer, micros)."""
    return {"parts": parts}
