"""The state of a book at one version, and the changes to write: immutable plain values without database access."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from apps.common.values import value_class

K = TypeVar("K")

PENDING, CAPTURED, RELEASED, EXPIRED = "pending", "captured", "released", "expired"


@value_class(frozen=True, slots=True)
class AccountState:
    """An account with its running totals, in micros of its unit, and the version of its checkpoint."""

    id: int
    code: str
    unit: str
    balance_micros: int
    held_micros: int
    pending_holds: int
    version: int
    checkpoint_version: int


@value_class(frozen=True, slots=True)
class TransferState:
    """A transfer, stored or pending. Its number identifies it in its book; `id` is None until it is stored.

    `drawn_id` is the id that a pending one gets, if its caller drew one from the sequence.
    """

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
    drawn_id: int | None = None


@value_class(frozen=True, slots=True)
class EntryState:
    """One side of a new transfer; `number` is the transfer's."""

    number: int
    account_id: int
    amount_micros: int
    balance_after_micros: int
    account_version: int


@value_class(frozen=True, slots=True)
class NoteState:
    """A record that moves no money but changes a chained fact."""

    number: int
    what: str
    body: Mapping[str, object]
    hash: bytes
    recorded_at: datetime


@value_class(frozen=True, slots=True)
class HoldState:
    """A hold, pending or ended; amounts in micros. `bucket_ids` are the budget counters that count it."""

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
    dimensions: Mapping[str, str] = field(default_factory=dict)
    bucket_ids: tuple[UUID, ...] = ()

    def is_past(self, now: datetime) -> bool:
        """Whether its end has passed."""
        return self.expires_at is not None and self.expires_at <= now


@value_class(frozen=True, slots=True)
class LedgerState:
    """The parts of a book that were read, at one version: accounts by code, transfers by key, holds by id."""

    book_id: UUID
    version: int
    number: int
    head: bytes
    unit: str
    accounts: Mapping[str, AccountState]
    transfers: Mapping[str, TransferState]
    holds: Mapping[UUID, HoldState]


@value_class(frozen=True, slots=True)
class LedgerChanges:
    """The changes to write to a book. Changed rows are named here; their new values are in the state after.

    `entries` has two for each transfer, in the transfers' order, the source's first.
    `totals` maps (account id, hold status) to the count and the sum in micros to add.
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
        """Merge later changes of the same book into these."""
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
    """Add two mappings of pairs, key by key."""
    both = dict(some)
    for key, (first, second) in more.items():
        one, other = both.get(key, (0, 0))
        both[key] = (one + first, other + second)
    return both
