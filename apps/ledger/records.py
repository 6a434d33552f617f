"""The records of a book's chain: what is hashed of a transfer or a note, and how.

`hash = SHA-256(hash of the record before || content)`. The content is one JSON array in UTF-8 without spaces: members
of objects sorted, integers only, moments as microseconds since 1970, UUIDs in lower case, what is absent null. Anybody
who has the rows can write it and compare.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

HASH_BYTES = 32
GRANT_END = "grant_end"
COVER = "cover"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# A number of a record and an amount in micros.
Part = tuple[int, int]


def canonical(value: object) -> bytes:
    """Return the one way to write a value of lists, text-keyed mappings, text, integers, booleans and null.

    Raises:
        TypeError: there is something else in it.
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def micros_since_1970(moment: datetime | None) -> int | None:
    """Return a moment as a record has it."""
    return None if moment is None else (moment - _EPOCH) // _MICROSECOND


def linked(previous: bytes, content: bytes) -> bytes:
    """Return the hash of a record that follows the one with this hash."""
    return hashlib.sha256(previous + content).digest()


def opening_head(book_id: UUID, unit: str) -> bytes:
    """Return the head of a book without records: the hash of its opening alone."""
    return linked(b"", canonical(["b1", str(book_id), unit]))


@dataclass(frozen=True, slots=True)
class GrantTerms:
    """What a grant was given for and on which terms; amounts in micros. A later start is a member only where it is."""

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
        """Return them in their chained order."""
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
    """What a transfer did beside moving money. Numbers name records of the same book; amounts are micros.

    `grant`: the terms of the grant that it made. `parts`: what it took of grants, by the number of each grant's
    transfer, negative where it gave back. `covers`: what it paid of earlier shortfalls, by the number of what fell
    short. `short`: what no grant covered of it. `undoes`: what it undid of charges. `ends`: the grant that it ended,
    and when.
    """

    grant: GrantTerms | None = None
    parts: list[Part] = field(default_factory=list)
    covers: list[Part] = field(default_factory=list)
    short: int = 0
    undoes: list[Part] = field(default_factory=list)
    ends: tuple[int, datetime] | None = None

    def grant_terms(self) -> dict[str, object]:
        """Return what of it no other row keeps as it was: a grant's terms, and the end that was set of another."""
        there: dict[str, object] = {}
        if self.grant is not None:
            there["grant"] = self.grant.members()
        if self.ends is not None:
            there["ends"] = [self.ends[0], micros_since_1970(self.ends[1])]
        return there

    def members(self) -> dict[str, object]:
        """Return what there is, as it is chained."""
        there = self.grant_terms()
        for name, some in (("parts", self.parts), ("covers", self.covers), ("undoes", self.undoes)):
            if some:
                there[name] = some
        if self.short:
            there["short"] = self.short
        return there


@dataclass(frozen=True, slots=True)
class Side:
    """One entry of a transfer: the account, its amount, and the account's balance and version after it."""

    code: str
    amount_micros: int
    balance_after_micros: int
    version: int


@dataclass(frozen=True, slots=True)
class TransferRecord:
    """A transfer with its two entries, the source's first, and what it did beside moving money."""

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


@dataclass(frozen=True, slots=True)
class NoteRecord:
    """A change of a chained fact that moved no money."""

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
    """Return the body of the note that a grant's end moved, without money."""
    return {
        "grant": grant,
        "from": micros_since_1970(before),
        "to": micros_since_1970(after),
        "by": by,
        "why": why,
    }


def cover(parts: list[tuple[int, int, int]]) -> dict[str, object]:
    """Return the body of the note that freed credit paid shortfalls: (grant, what fell short, micros) of each part."""
    return {"parts": parts}
