"""A customer's credit as it was read at one version of the book, and what a decision changes of it.

Plain values. Grants, shortfalls and charges are named by the number of the transfer that made them, which they have
before they are written; `id` is None until then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Generic, TypeVar
from uuid import UUID

from apps.ledger.state import AccountState, LedgerChanges, LedgerState, add_pairs
from apps.wallets.accounts import Role, code_of
from apps.wallets.burndown import Part, Slice, burn_key
from apps.wallets.kinds import Source

R = TypeVar("R")

# Whatever a wallet has been through, a reader adds up fewer entries than this.
CHECKPOINT_EVERY = 1_000


@dataclass(frozen=True, slots=True)
class WalletTerms:
    """What a customer may owe and be charged for."""

    is_postpaid: bool
    postpaid_limit_micros: int
    usage_billing_enabled: bool


@dataclass(frozen=True, slots=True)
class GrantState:
    """A grant with its figures, in micros."""

    id: int | None
    number: int
    transfer_id: int | None
    source: str
    priority: int
    is_paid: bool
    amount_micros: int
    remaining_micros: int
    held_micros: int
    paid_micros: int
    returned_micros: int
    lapsed_micros: int
    granted_at: datetime
    starts_at: datetime | None
    expires_at: datetime | None
    key: str
    description: str

    def is_expired(self, now: datetime) -> bool:
        """Whether its first expired moment has come, swept or not."""
        return self.expires_at is not None and self.expires_at <= now

    def has_started(self, now: datetime) -> bool:
        """Whether its first moment has come."""
        return self.starts_at is None or self.starts_at <= now

    def counts(self, now: datetime) -> bool:
        """Whether it may be spent: it has started and is not expired."""
        return self.has_started(now) and not self.is_expired(now)

    @property
    def free_micros(self) -> int:
        """What is left and not held."""
        return self.remaining_micros - self.held_micros

    @property
    def is_quota(self) -> bool:
        """Whether it is a plan's included quota."""
        return self.source == Source.INCLUDED_QUOTA

    @property
    def is_overpaid(self) -> bool:
        """Whether it is money that was paid beyond what was owed."""
        return self.source == Source.ADJUSTMENT and self.is_paid

    @property
    def burn_key(self) -> str:
        """Its place in the burn order as text."""
        return burn_key(
            priority=self.priority,
            expires_at=self.expires_at,
            is_paid=self.is_paid,
            granted_at=self.granted_at,
            number=self.number,
        )

    def as_slice(self) -> Slice:
        """Its free part, for the burn order."""
        return Slice(self.number, self.free_micros, self.priority, self.expires_at, self.is_paid, self.granted_at)


@dataclass(frozen=True, slots=True)
class ShortfallState:
    """What no grant covered of a transfer, and how much of that is still uncovered, in micros."""

    id: int | None
    number: int
    transfer_id: int | None
    amount_micros: int
    remaining_micros: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ChargeState:
    """A transfer out of the wallet and what of it was undone; `id` of its net is None where it has none yet.

    `parts` are what grants paid of it, the one burnt last first; `owed_micros` is what was owed for it instead.
    """

    id: int | None
    number: int
    transfer_id: int | None
    key: str
    has_net: bool
    amount_micros: int
    undone_micros: int
    owed_micros: int
    parts: tuple[Part, ...]

    @property
    def left_micros(self) -> int:
        """What may still come back of it."""
        return self.amount_micros - self.undone_micros


@dataclass(frozen=True, slots=True)
class SliceState:
    """Which grant backs a hold, and with how much."""

    hold_id: UUID
    grant: int
    amount_micros: int
    is_freeze: bool


@dataclass(frozen=True, slots=True)
class Consumed:
    """How much of a grant went into a transfer, both by number; negative where it came back. `record` says so."""

    grant: int
    transfer: int
    transfer_id: int | None
    record: int
    amount_micros: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Returned:
    """That a new transfer gave back of what a grant brought, both by number."""

    grant: int
    transfer: int


@dataclass(frozen=True, slots=True)
class Undone:
    """How much of a charge a new transfer undoes, both by number."""

    charge: int
    transfer: int
    amount_micros: int


@dataclass(frozen=True, slots=True)
class BookState:
    """A customer's book and credit at one version, as far as they were asked for.

    `short_micros` is all that is uncovered. Of the shortfalls all up to the number `shortfalls_through` were read, all
    of them where that is None, and those of `charges`: the newest that may still be undone, all of them unless
    `has_more_charges`, and those that were asked for.
    """

    ledger: LedgerState
    terms: WalletTerms
    grants: Mapping[int, GrantState]
    slices: tuple[SliceState, ...]
    shortfalls: Mapping[int, ShortfallState]
    short_micros: int
    shortfalls_through: int | None
    charges: Mapping[int, ChargeState]
    has_more_charges: bool

    @property
    def book_id(self) -> UUID:
        """The book's id, which is the organization's."""
        return self.ledger.book_id

    def due_checkpoint(self) -> AccountState | None:
        """The wallet's account where a reader would have to add up too much behind its checkpoint."""
        wallet = self.ledger.accounts[self.code(Role.WALLET)]
        return wallet if wallet.version - wallet.checkpoint_version >= CHECKPOINT_EVERY else None

    def code(self, role: Role) -> str:
        """Code of one of the organization's accounts."""
        return code_of(self.ledger.book_id, role)


Days = Mapping[tuple[date, str], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be written. Rows that change are named here and stand in the state after.

    `days` adds micros and a number of entries to a day's total of a kind.
    """

    ledger: LedgerChanges = field(default_factory=LedgerChanges)
    grants: frozenset[int] = frozenset()
    consumed: tuple[Consumed, ...] = ()
    shortfalls: frozenset[int] = frozenset()
    charges: frozenset[int] = frozenset()
    undone: tuple[Undone, ...] = ()
    returned: tuple[Returned, ...] = ()
    slices: tuple[SliceState, ...] = ()
    days: Days = field(default_factory=dict)
    updated_at: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.ledger or self.grants or self.consumed)

    def then(self, later: "Changes") -> "Changes":
        """Return these changes and later ones of the same book as one writing."""
        return Changes(
            self.ledger.then(later.ledger),
            self.grants | later.grants,
            self.consumed + later.consumed,
            self.shortfalls | later.shortfalls,
            self.charges | later.charges,
            self.undone + later.undone,
            self.returned + later.returned,
            self.slices + later.slices,
            add_pairs(self.days, later.days),
            later.updated_at or self.updated_at,
        )


@dataclass(frozen=True, slots=True)
class Decided(Generic[R]):
    """What came of a decision: the book as it is then, what is to be written of it, and the caller's answer."""

    after: BookState
    changes: Changes
    result: R


class NeedsMore(Exception):
    """A decision reached the end of what the opening read: it is made again on all there is."""
