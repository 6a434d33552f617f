"""A book as it was read at one version, and what a decision changes of it: plain values that no database stands behind.

Nothing here is changed in place: a decision makes the next state.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

K = TypeVar("K")

PENDING, CAPTURED, RELEASED, EXPIRED = "pending", "captured", "released", "expired"


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account with its running figures, in micros of its unit, and the version its checkpoint goes up to."""

    id: int
    code: str
    unit: str
    balance_micros: int
    held_micros: int
    version: int
    checkpoint_version: int


@dataclass(frozen=True, slots=True)
class TransferState:
    """A transfer, written or about to be; its number names it in its book, `id` is None until it is written."""

    id: int | None
    number: int
    key: str
    fingerprint: str
    source_id: int
    source: str
    destination_id: int
    destination: str
    amount_micros: int
    kind: str
    description: str
    created_by: str
    cause_type: str
    cause_id: str
    metadata: Mapping[str, object]
    grant_terms: Mapping[str, object]
    hash: bytes
    reverses_id: int | None
    effective_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class EntryState:
    """One side of a new transfer, by the transfer's number."""

    number: int
    account_id: int
    amount_micros: int
    balance_after_micros: int
    account_version: int


@dataclass(frozen=True, slots=True)
class NoteState:
    """A record that moves no money but changes a chained fact."""

    number: int
    what: str
    body: Mapping[str, object]
    hash: bytes
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class HoldState:
    """A hold: what is set aside, until when, and what became of it."""

    id: UUID
    account_id: int
    key: str
    fingerprint: str
    amount_micros: int
    captured_micros: int
    status: str
    description: str
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    closed_at: datetime | None
    metadata: Mapping[str, object]

    def is_past(self, now: datetime) -> bool:
        """Whether its first expired moment has come."""
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True)
class LedgerState:
    """A book at one version, as far as it was asked for: accounts by code, transfers by key, holds by id."""

    book_id: UUID
    version: int
    number: int
    head: bytes
    unit: str
    accounts: Mapping[str, AccountState]
    transfers: Mapping[str, TransferState]
    holds: Mapping[UUID, HoldState]


@dataclass(frozen=True, slots=True)
class LedgerChanges:
    """What is to be written to a book. Rows that change are named here and stand in the state after.

    `totals` adds a number of holds and their sum in micros to how many of an account's holds ended in one way.
    """

    transfers: tuple[TransferState, ...] = ()
    entries: tuple[EntryState, ...] = ()
    notes: tuple[NoteState, ...] = ()
    accounts: frozenset[str] = frozenset()
    new_holds: frozenset[UUID] = frozenset()
    changed_holds: frozenset[UUID] = frozenset()
    totals: Mapping[tuple[int, str], tuple[int, int]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.transfers or self.notes or self.new_holds or self.changed_holds)

    def then(self, later: "LedgerChanges") -> "LedgerChanges":
        """Return these changes and later ones of the same book as one writing."""
        return LedgerChanges(
            self.transfers + later.transfers,
            self.entries + later.entries,
            self.notes + later.notes,
            self.accounts | later.accounts,
            self.new_holds | later.new_holds,
            self.changed_holds | later.changed_holds,
            add_pairs(self.totals, later.totals),
        )


def add_pairs(some: Mapping[K, tuple[int, int]], more: Mapping[K, tuple[int, int]]) -> dict[K, tuple[int, int]]:
    """Return two tables of pairs of sums as one."""
    both = dict(some)
    for key, (first, second) in more.items():
        one, other = both.get(key, (0, 0))
        both[key] = (one + first, other + second)
    return both
