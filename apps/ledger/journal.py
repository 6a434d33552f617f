"""Post transfers and place holds on the plain state of a book, and collect the rows to write.

No database access. Which grant or shortfall covers an amount is decided by the caller.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from apps.common.causes import REGISTRY, Cause
from apps.common.money import MAX_MICROS
from apps.ledger.causes import TRANSFER
from apps.ledger.errors import (
    EndHasPassed,
    HoldClosed,
    HoldExpired,
    IdempotencyMismatch,
    InvalidAmount,
    UnitMismatch,
    UnknownAccount,
)
from apps.ledger.keys import refuse_unfit
from apps.ledger.metadata import refuse_unchainable
from apps.ledger.records import Effects, NoteRecord, Side, TransferRecord, linked
from apps.ledger.requests import HoldRequest, PostedWith, TransferRequest
from apps.ledger.state import (
    EXPIRED,
    PENDING,
    RELEASED,
    AccountState,
    EntryState,
    HoldState,
    LedgerChanges,
    LedgerState,
    NoteState,
    TransferState,
    add_pairs,
)

DESCRIPTION_LENGTH = 500


class Journal:
    """The pending changes of one book; each request builds on the result of the one before."""

    def __init__(self, state: LedgerState) -> None:
        self.book_id, self.number, self.head = state.book_id, state.number, state.head
        self.accounts = dict(state.accounts)
        self.transfers = dict(state.transfers)
        self.holds = dict(state.holds)
        self._state = state
        self._new_holds: set[UUID] = set()
        self._changed_holds: set[UUID] = set()
        self._totals: dict[tuple[int, str], tuple[int, int]] = {}
        self._posted: list[TransferState | NoteState] = []
        self._effects: dict[int, Effects] = {}
        self._reversed: dict[int, int] = {}
        self._posted_with: dict[int, str] = {}
        self._entries: list[EntryState] = []
        self._touched: set[str] = set()

    def account(self, code: str) -> AccountState:
        """Return an account of the book with the pending changes applied.

        Raises:
            UnknownAccount: the book has no such account.
        """
        found = self.accounts.get(code)
        if found is None:
            raise UnknownAccount(f"No account {code}")
        return found

    def known(self, request: TransferRequest) -> TransferState | None:
        """Return the transfer that an earlier request with this key made, stored or pending; None if there is none.

        Raises:
            IdempotencyMismatch: the key was used with other inputs.
        """
        known = self.transfers.get(request.key)
        if known is not None and known.fingerprint != request.fingerprint:
            raise IdempotencyMismatch(f"The key {request.key} was posted before with other inputs")
        return known

    def post(self, request: TransferRequest, now: datetime) -> TransferState:
        """Number a transfer and move its two balances; a repeated request returns the first transfer, moving nothing.

        Raises:
            InvalidAmount: the amount is not positive, or it or a balance exceeds 64 bits.
            InvalidKey: the key is empty or too long. UnknownAccount: an account does not exist.
            UnitMismatch: the accounts have different units. IdempotencyMismatch: the key was used with other inputs.
            InvalidMetadata: the metadata cannot be hashed. ValueError: the cause's type is not registered.
        """
        known = self.known(request)
        if known is not None:
            return known
        source, destination = self.account(request.source), self.account(request.destination)
        refuse_unfit(request.key)
        if not 0 < request.amount <= MAX_MICROS:
            raise InvalidAmount("The amount of a transfer must be positive and fit in 64 bits", field="amount")
        if source.unit != destination.unit:
            raise UnitMismatch(f"{source.code} is in {source.unit}, {destination.code} in {destination.unit}")
        refuse_unchainable(request.metadata)
        cause = self._cause(request.cause)
        self.number += 1
        transfer = TransferState(
            id=None,
            number=self.number,
            key=request.key,
            fingerprint=request.fingerprint,
            source_id=source.id,
            source=source.code,
            destination_id=destination.id,
            destination=destination.code,
            amount_micros=request.amount,
            kind=str(request.kind),
            description=request.description[:DESCRIPTION_LENGTH],
            created_by=request.created_by,
            cause_type=cause.type,
            cause_id=cause.id,
            metadata=dict(request.metadata),
            grant_terms={},
            hash=b"",
            reverses_id=request.reverses.id if request.reverses else None,
            effective_at=request.effective_at or now,
            recorded_at=now,
            drawn_id=request.drawn_id,
        )
        self._move(source, -request.amount)
        self._move(destination, request.amount)
        self.transfers[request.key] = transfer
        self._posted.append(transfer)
        if request.reverses:
            self._reversed[transfer.number] = request.reverses.number
        return transfer

    def _cause(self, cause: Cause | PostedWith) -> Cause:
        if isinstance(cause, PostedWith):
            self._posted_with[self.number + 1] = cause.key
            return TRANSFER.of("?")  # `seal` fills in the number of the transfer it was posted with
        if cause.type not in REGISTRY:
            raise ValueError(f"no app has registered {cause.type} as a cause")
        return cause

    def effects(self, number: int) -> Effects:
        """Return the further effects of a pending transfer; the caller adds to them."""
        return self._effects.setdefault(number, Effects())

    def note(self, what: str, body: Mapping[str, object], now: datetime) -> int:
        """Record a change that moves no money; return the note's number in the book."""
        self.number += 1
        self._posted.append(NoteState(self.number, what, body, b"", now))
        return self.number

    def seal(self) -> None:
        """Hash the pending records into the book's chain; call it when their effects are complete."""
        sides: dict[int, list[EntryState]] = {}
        for entry in self._entries:
            sides.setdefault(entry.number, []).append(entry)
        for place, posted in enumerate(self._posted):
            record = posted
            if isinstance(record, NoteState):
                body = NoteRecord(self.book_id, record.number, record.what, record.body, record.recorded_at)
                self.head = linked(self.head, body.content())
                self._posted[place] = replace(record, hash=self.head)
                continue
            if record.number in self._posted_with:
                main = self.transfers[self._posted_with[record.number]]
                record = replace(record, cause_id=str(main.number))
            effects = self.effects(record.number)
            content = self._record(record, sides[record.number], effects).content()
            self.head = linked(self.head, content)
            sealed = replace(record, hash=self.head, grant_terms=effects.grant_terms())
            self._posted[place] = self.transfers[record.key] = sealed

    def _record(self, transfer: TransferState, sides: list[EntryState], effects: Effects) -> TransferRecord:
        source, destination = (
            Side(code, side.amount_micros, side.balance_after_micros, side.account_version)
            for code, side in zip((transfer.source, transfer.destination), sides, strict=True)
        )
        return TransferRecord(
            book_id=self.book_id,
            number=transfer.number,
            key=transfer.key,
            fingerprint=transfer.fingerprint,
            kind=transfer.kind,
            unit=self.accounts[transfer.source].unit,
            amount_micros=transfer.amount_micros,
            description=transfer.description,
            created_by=transfer.created_by,
            cause_type=transfer.cause_type,
            cause_id=transfer.cause_id,
            reverses=self._reversed.get(transfer.number),
            metadata=transfer.metadata,
            effective_at=transfer.effective_at,
            recorded_at=transfer.recorded_at,
            source=source,
            destination=destination,
            effects=effects.members(),
        )

    def _move(self, account: AccountState, amount_micros: int) -> None:
        balance, version = account.balance_micros + amount_micros, account.version + 1
        if abs(balance) > MAX_MICROS:
            raise InvalidAmount("The balance would not fit in 64 bits", field="amount")
        self._entries.append(EntryState(self.number, account.id, amount_micros, balance, version))
        self._set_account(replace(account, balance_micros=balance, version=version))

    def find_hold(self, account: AccountState, request: HoldRequest) -> HoldState | None:
        """Return the hold that an earlier request with this key placed, pending or ended; None if there is none.

        Raises:
            IdempotencyMismatch: the key belongs to another account or other inputs.
        """
        for hold in self.holds.values():
            if hold.key == request.key:
                if hold.account_id != account.id or hold.fingerprint != request.fingerprint:
                    raise IdempotencyMismatch(f"The key {request.key} was used before with other inputs")
                return hold
        return None

    def place_hold(self, account: AccountState, request: HoldRequest, now: datetime) -> HoldState:
        """Set an amount aside on an account; zero is allowed, for work that costs nothing.

        Raises:
            InvalidAmount: the amount is negative, or the account's held amount would exceed 64 bits.
            InvalidKey: the key is empty or too long. InvalidMetadata: the metadata cannot be hashed.
        """
        refuse_unfit(request.key)
        refuse_unchainable(request.metadata)
        if not 0 <= request.amount <= MAX_MICROS - account.held_micros:
            raise InvalidAmount("A hold must not be negative, and what is held must fit in 64 bits", field="amount")
        hold = HoldState(
            id=request.hold_id,
            account_id=account.id,
            key=request.key,
            fingerprint=request.fingerprint,
            amount_micros=request.amount,
            captured_micros=0,
            status=PENDING,
            description=request.description[:DESCRIPTION_LENGTH],
            created_by=request.created_by,
            created_at=now,
            expires_at=request.expires_at,
            closed_at=None,
            metadata=request.metadata,
            dimensions=request.dimensions,
            bucket_ids=request.bucket_ids,
        )
        self.holds[hold.id] = hold
        self._new_holds.add(hold.id)
        self._hold(account, request.amount, 1)
        return hold

    def end_hold(self, hold: HoldState, status: str, now: datetime, captured_micros: int = 0) -> HoldState:
        """End a pending hold with the given status, free its whole amount, and count it in the account's totals."""
        ended = replace(hold, status=status, captured_micros=captured_micros, closed_at=now)
        self._set_hold(ended)
        account = next(each for each in self.accounts.values() if each.id == hold.account_id)
        self._hold(account, -hold.amount_micros, -1)
        self._totals = add_pairs(self._totals, {(hold.account_id, status): (1, hold.amount_micros)})
        return ended

    def close_hold(self, hold: HoldState, now: datetime) -> HoldState:
        """End a pending hold without a capture: as expired if its end has passed, otherwise as released."""
        return self.end_hold(hold, EXPIRED if hold.is_past(now) else RELEASED, now)

    def extend_hold(self, hold: HoldState, expires_at: datetime, now: datetime) -> HoldState:
        """Move the end of a pending hold to a later moment; an end that is already later stays.

        Raises:
            HoldExpired, HoldClosed: the hold is no longer pending.
            EndHasPassed: the new end is not later than now.
        """
        refuse_unless_pending(hold, now=now)
        if expires_at <= now:
            raise EndHasPassed(field="expires_at")
        moved = replace(hold, expires_at=max(expires_at, hold.expires_at or expires_at))
        self._set_hold(moved)
        return moved

    def _hold(self, account: AccountState, amount_micros: int, count: int) -> None:
        held, pending = account.held_micros + amount_micros, account.pending_holds + count
        self._set_account(replace(account, held_micros=held, pending_holds=pending))

    def _set_account(self, account: AccountState) -> None:
        self.accounts[account.code] = account
        self._touched.add(account.code)

    def _set_hold(self, hold: HoldState) -> None:
        self.holds[hold.id] = hold
        self._changed_holds.add(hold.id)

    def after(self) -> LedgerState:
        """Return the book with the pending changes applied."""
        before = self._state
        return LedgerState(
            book_id=self.book_id,
            version=before.version,
            number=self.number,
            head=self.head,
            unit=before.unit,
            accounts=self.accounts,
            transfers=self.transfers,
            holds=self.holds,
        )

    def changes(self) -> LedgerChanges:
        """Return the rows to write."""
        return LedgerChanges(
            tuple(each for each in self._posted if isinstance(each, TransferState)),
            tuple(self._entries),
            tuple(each for each in self._posted if isinstance(each, NoteState)),
            frozenset(self._touched),
            frozenset(self._new_holds),
            frozenset(self._changed_holds),
            self._totals,
        )


def refuse_unless_pending(hold: HoldState, *, now: datetime) -> None:
    """Refuse a hold that has ended.

    Raises:
        HoldExpired: its end has passed, even if it is not closed yet.
        HoldClosed: it was captured or released.
    """
    if hold.status == EXPIRED or (hold.status == PENDING and hold.is_past(now)):
        ended = f"It ended at {hold.expires_at:%Y-%m-%dT%H:%M:%SZ}"
        raise HoldExpired(f"{ended}; work that was done can still be sent as a usage event")
    if hold.status != PENDING:
        raise HoldClosed(f"It was {hold.status} at {hold.closed_at:%Y-%m-%dT%H:%M:%SZ}")
