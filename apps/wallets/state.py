"""The state of a customer's credit at one version of the book, and the changes that a decision makes.

Plain values. Grants, shortfalls and charges are identified by the number of the transfer that made them, because they
have an `id` only after they are stored.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from apps.common.values import value_class
from apps.ledger.state import AccountState, LedgerChanges, LedgerState, add_pairs
from apps.top_ups.state import TopUpState
from apps.wallets.accounts import Role, code_of
from apps.wallets.balance_alerts import AlarmChanges, AlarmState
from apps.wallets.budgets.state import BudgetChanges, BudgetsState, Notice
from apps.wallets.burn_order import GrantPart, SpendableGrant, burn_key
from apps.wallets.kinds import Source

R = TypeVar("R")

# A write moves the checkpoint when the wallet is this many entries past it.
CHECKPOINT_EVERY = 1_000


@value_class(frozen=True, slots=True)
class WalletTerms:
    """A customer's postpaid limit, and whether usage beyond the included quota is charged.

    `version` is the organization's, which rises with every change of it and of its credentials. `paused_at` is when
    staff paused new work, for `pause_reason`; None if it is not paused. `owes_no_more`: dunning stops a postpaid
    customer from owing more.
    """

    version: int
    is_postpaid: bool
    postpaid_limit_micros: int
    usage_billing_enabled: bool
    paused_at: datetime | None
    pause_reason: str
    owes_no_more: bool = False


class Lifetime:
    """When a grant may be spent: from its start, if it has one, until before its expiry, if it has one."""

    __slots__ = ()
    starts_at: Any
    expires_at: Any

    def is_expired(self, now: datetime) -> bool:
        """Whether its expiry has passed, posted or not."""
        return self.expires_at is not None and self.expires_at <= now

    def has_started(self, now: datetime) -> bool:
        """Whether its start has passed."""
        return self.starts_at is None or self.starts_at <= now

    def counts(self, now: datetime) -> bool:
        """Whether it may be spent: it has started and has not expired."""
        return self.has_started(now) and not self.is_expired(now)


@value_class(frozen=True, slots=True)
class Freeze:
    """A freeze of a grant for an open dispute: its holds, and the amount, in micros, that freezes once it returns."""

    key: str
    dispute: str
    left_micros: int
    hold_ids: tuple[UUID, ...]


@value_class(frozen=True, slots=True)
class GrantState(Lifetime):
    """A grant; amounts in micros."""

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
    freezes: tuple[Freeze, ...] = ()
    drawn_id: int | None = None  # the id that a new grant gets, if its caller drew one from the sequence

    def credit_micros(self, now: datetime) -> int:
        """Its share of credit: the remaining amount if it counts, else the part in live holds."""
        return self.remaining_micros if self.counts(now) else self.held_micros

    def free_quota_micros(self, now: datetime) -> int:
        """Its share of the included quota that is not held."""
        return self.free_micros if self.is_quota and self.counts(now) else 0

    @property
    def free_micros(self) -> int:
        """The remaining amount that is not held."""
        return self.remaining_micros - self.held_micros

    @property
    def is_open(self) -> bool:
        """Whether some of it is not yet spent."""
        return self.remaining_micros > 0

    @property
    def is_quota(self) -> bool:
        """Whether it is a plan's included quota."""
        return self.source == Source.INCLUDED_QUOTA

    @property
    def is_overpaid(self) -> bool:
        """Whether it came from a payment above the debt."""
        return self.source == Source.ADJUSTMENT and self.is_paid

    @property
    def burn_key(self) -> str:
        """The text that sorts it in burn order."""
        return burn_key(
            priority=self.priority,
            expires_at=self.expires_at,
            is_paid=self.is_paid,
            granted_at=self.granted_at,
            number=self.number,
        )

    def as_slice(self) -> SpendableGrant:
        """Its free part as a slice for `burn`."""
        return SpendableGrant(
            self.number, self.free_micros, self.priority, self.expires_at, self.is_paid, self.granted_at
        )


@value_class(frozen=True, slots=True)
class ShortfallState:
    """The part of a transfer that no grant covered, and how much of it is still uncovered, in micros."""

    id: int | None
    number: int
    transfer_id: int | None
    amount_micros: int
    remaining_micros: int
    recorded_at: datetime


@value_class(frozen=True, slots=True)
class ChargeState:
    """A transfer out of the wallet and how much of it was undone; `id` is that of its `ChargeNet`, None if unstored.

    `parts` are the amounts that grants paid, the last one burned first; `owed_micros` is the part that is owed instead.
    """

    id: int | None
    number: int
    transfer_id: int | None
    key: str
    has_net: bool
    amount_micros: int
    undone_micros: int
    owed_micros: int
    parts: tuple[GrantPart, ...]

    @property
    def left_micros(self) -> int:
        """The amount that may still be undone."""
        return self.amount_micros - self.undone_micros


@value_class(frozen=True, slots=True)
class SliceState:
    """The amount, in micros, with which a grant backs a hold. A freeze holds credit for a dispute."""

    hold_id: UUID
    grant: int
    amount_micros: int
    is_freeze: bool


@value_class(frozen=True, slots=True)
class GrantConsumption:
    """The amount, in micros, that a transfer took of a grant, both by number; negative if credited back.

    `record` is the number of the record that states it.
    """

    grant: int
    transfer: int
    transfer_id: int | None
    record: int
    amount_micros: int
    recorded_at: datetime


@value_class(frozen=True, slots=True)
class ReturnedMoney:
    """A new transfer that returned money received for a grant, both by number."""

    grant: int
    transfer: int


@value_class(frozen=True, slots=True)
class UndoneCharge:
    """The amount, in micros, that a new transfer undoes of a charge, both by number."""

    charge: int
    transfer: int
    amount_micros: int


@value_class(frozen=True, slots=True)
class UnreadGrants:
    """The open grants that were not read, as sums in micros; `first_key` is the least key among them in burn order.

    The sums are valid from `since` (if set) to just before `until`, when a grant starts or expires.
    """

    first_key: str
    credit_micros: int
    free_quota_micros: int
    since: datetime | None
    until: datetime | None

    def at(self, now: datetime) -> "UnreadGrants":
        """Return the sums.

        Raises:
            MoreRowsNeeded: they are not valid at this moment.
        """
        if (self.since is not None and now < self.since) or (self.until is not None and now >= self.until):
            raise MoreRowsNeeded
        return self


@value_class(frozen=True, slots=True)
class BookState:
    """The parts of a customer's book and credit that were read, at one version.

    `short_micros` is the sum of all open shortfalls. `shortfalls` has those up to the number `shortfalls_through` (all
    of them if that is None) and those of `charges`. `charges` has the newest that may still be undone (all of them
    unless `has_more_charges`) and those that were requested. `grants` has all open grants unless some are
    `unread`, and those that were requested.
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
    budgets: BudgetsState = field(default_factory=BudgetsState)
    alarms: AlarmState = field(default_factory=AlarmState)
    top_up: TopUpState | None = None
    unread: UnreadGrants | None = None

    @property
    def book_id(self) -> UUID:
        """The book's id, which is the organization's."""
        return self.ledger.book_id

    def due_checkpoint(self) -> AccountState | None:
        """Return the wallet's account if it is too many entries past its checkpoint, otherwise None."""
        wallet = self.ledger.accounts[self.code(Role.WALLET)]
        return wallet if wallet.version - wallet.checkpoint_version >= CHECKPOINT_EVERY else None

    def code(self, role: Role) -> str:
        """Return the code of one of the organization's accounts."""
        return code_of(self.ledger.book_id, role)


Days = Mapping[tuple[date, str], tuple[int, int]]


@value_class(frozen=True, slots=True)
class BookChanges:
    """The changes to write. Changed rows are named here; their new values are in the state after.

    `days` maps (day, kind) to the micros and the number of entries to add to the day's total. `notices` go to
    the customer, `messages` are further ones for the outbox.
    """

    ledger: LedgerChanges = field(default_factory=LedgerChanges)
    grants: frozenset[int] = frozenset()
    consumed: tuple[GrantConsumption, ...] = ()
    shortfalls: frozenset[int] = frozenset()
    charges: frozenset[int] = frozenset()
    undone: tuple[UndoneCharge, ...] = ()
    returned: tuple[ReturnedMoney, ...] = ()
    slices: tuple[SliceState, ...] = ()
    days: Days = field(default_factory=dict)
    updated_at: datetime | None = None
    budgets: BudgetChanges = field(default_factory=BudgetChanges)
    notices: tuple[Notice, ...] = ()
    watched: AlarmChanges = field(default_factory=AlarmChanges)
    messages: tuple[Mapping[str, Any], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.ledger or self.grants or self.consumed or self.budgets or self.watched or self.messages)

    def then(self, later: "BookChanges") -> "BookChanges":
        """Merge later changes of the same book into these."""
        return BookChanges(
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
            self.budgets.then(later.budgets),
            self.notices + later.notices,
            self.watched.then(later.watched),
            self.messages + later.messages,
        )


@value_class(frozen=True, slots=True)
class BookDecision(Generic[R]):
    """The outcome of a decision: the book after it, the changes to write, and the result for the caller."""

    after: BookState
    changes: BookChanges
    result: R

    def with_notices(self, notices: tuple[Notice, ...]) -> "BookDecision[R]":
        """Return the same outcome with further notices, which are written only if something else is."""
        return replace(self, changes=replace(self.changes, notices=self.changes.notices + notices))

    def sending(self, messages: tuple[Mapping[str, Any], ...]) -> "BookDecision[R]":
        """Return the same outcome with further messages for the outbox."""
        return replace(self, changes=replace(self.changes, messages=self.changes.messages + messages))


class MoreRowsNeeded(Exception):
    """A decision needs more grants, shortfalls or charges than were read: read all of them and decide again."""


class MoreChargesNeeded(MoreRowsNeeded):
    """A credit back needs more charges than were read: read all that can still be undone, and decide again."""
