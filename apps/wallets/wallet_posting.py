"""The pending changes that one decision makes to a customer's book.

No database access. Each method keeps the figures consistent that `apps.wallets.consistency` compares: a transfer that
burns a grant lowers the grant, a charge gets its net, and every entry of the wallet is added to its day's total.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TypeVar
from uuid import UUID, uuid4

from apps.common.money import Micros
from apps.ledger.journal import Journal
from apps.ledger.keys import beside
from apps.ledger.records import GRANT_END, GrantTerms, grant_end
from apps.ledger.requests import HoldRequest, TransferRequest
from apps.ledger.state import CAPTURED, PENDING, AccountState, HoldState, TransferState
from apps.wallets.accounts import Role, codes_of
from apps.wallets.budgets.counters import Counters
from apps.wallets.burn_order import Burn, GrantPart, burn
from apps.wallets.kinds import CHARGED
from apps.wallets.state import (
    BookChanges,
    BookDecision,
    BookState,
    ChargeState,
    Freeze,
    GrantConsumption,
    GrantState,
    MoreRowsNeeded,
    ReturnedMoney,
    ShortfallState,
    SliceState,
    UndoneCharge,
)

R = TypeVar("R")


def credit_micros(grants: Mapping[int, GrantState], now: datetime) -> int:
    """Sum the spendable credit and the held part of other credit; ended holds must be closed before."""
    return sum(grant.credit_micros(now) for grant in grants.values())


class WalletPosting:
    """The pending rows of one decision made at `now`, and the book with them applied."""

    def __init__(self, state: BookState, now: datetime) -> None:
        self.state, self.now = state, now
        self.codes = codes_of(state.ledger.book_id)
        self.journal = Journal(state.ledger)
        self.grants = dict(state.grants)
        self.slices = list(state.slices)
        self.shortfalls = dict(state.shortfalls)
        self.short_micros = state.short_micros
        self.charges = dict(state.charges)
        self.budgets = Counters(state.budgets, now)
        self.refused_micros = self.refused_available_micros = 0
        self._new_slices: list[SliceState] = []
        self._consumed: list[GrantConsumption] = []
        self._undone: list[UndoneCharge] = []
        self._returned: list[ReturnedMoney] = []
        self._grants: set[int] = set()
        self._credit_micros: int | None = None
        self._free_quota_micros: int | None = None
        self._shortfalls: set[int] = set()
        self._charges: set[int] = set()
        self._days: dict[tuple[date, str], tuple[int, int]] = {}
        self._moves_wallet = False

    @property
    def book_id(self) -> UUID:
        """The book's id, which is the organization's."""
        return self.state.ledger.book_id

    @property
    def is_postpaid(self) -> bool:
        """Whether the customer owes what no grant covers."""
        return self.state.terms.is_postpaid

    def code(self, role: Role) -> str:
        """Return the code of one of the organization's accounts."""
        return self.codes[role]

    def account(self, role: Role) -> AccountState:
        """Return one of the organization's accounts with the pending changes applied."""
        code = self.codes[role]
        return self.journal.accounts.get(code) or self.journal.account(code)  # raises if it is unknown

    def spendable(self) -> list[GrantState]:
        """Return the grants that have started and have not expired; their free parts may be burned."""
        return [grant for grant in self.grants.values() if grant.remaining_micros and grant.counts(self.now)]

    @property
    def credit_micros(self) -> int:
        """Spendable credit and the held part of other credit; added up once, then updated with each changed grant."""
        if self._credit_micros is None:
            self._credit_micros = credit_micros(self.grants, self.now)
            if self.state.unread is not None:
                self._credit_micros += self.state.unread.at(self.now).credit_micros
        return self._credit_micros

    @property
    def free_quota_micros(self) -> int:
        """The part of the included quota that is not held; cached in the same way."""
        if self._free_quota_micros is None:
            self._free_quota_micros = sum(grant.free_quota_micros(self.now) for grant in self.grants.values())
            if self.state.unread is not None:
                self._free_quota_micros += self.state.unread.at(self.now).free_quota_micros
        return self._free_quota_micros

    def burn(self, grants: Iterable[GrantState], amount_micros: int) -> Burn:
        """Return which of the grants pay for an amount, in burn order.

        Raises:
            MoreRowsNeeded: some that were not read may have to pay.
        """
        unread = self.state.unread
        if unread is None:
            return burn((grant.as_slice() for grant in grants), amount_micros)
        paid = burn((grant.as_slice() for grant in grants if grant.burn_key < unread.first_key), amount_micros)
        if paid.uncovered_micros:
            raise MoreRowsNeeded
        return paid

    def move(self, request: TransferRequest) -> TransferState:
        """Post a transfer; if it moves the wallet, add it to its day's total, and give a charge its net.

        Raises what `Journal.post` raises.
        """
        transfer = self.journal.post(request, self.now)
        wallet = self.code(Role.WALLET)
        if wallet not in (transfer.source, transfer.destination):
            return transfer
        sign = -1 if transfer.source == wallet else 1
        original = request.reverses
        kind = original.kind if original is not None and original.kind in CHARGED else transfer.kind
        day = (transfer.effective_at.astimezone(UTC).date(), kind)
        amount, count = self._days.get(day, (0, 0))
        self._days[day] = (amount + sign * transfer.amount_micros, count + (1 if kind == transfer.kind else -1))
        self._moves_wallet = True
        if transfer.kind in CHARGED and sign < 0:
            self._set_charge(
                ChargeState(None, transfer.number, None, transfer.key, True, transfer.amount_micros, 0, 0, ())
            )
        return transfer

    def add_grant(self, grant: GrantState) -> None:
        """Add a grant made by a pending transfer."""
        self._set_grant(grant)
        self.journal.effects(grant.number).grant = GrantTerms(
            source=grant.source,
            priority=grant.priority,
            is_paid=grant.is_paid,
            amount_micros=grant.amount_micros,
            paid_micros=grant.paid_micros,
            granted_at=grant.granted_at,
            expires_at=grant.expires_at,
            key=grant.key,
            description=grant.description,
            starts_at=grant.starts_at,
        )

    def consume(self, paid: Burn, transfer: TransferState) -> None:
        """Take the parts of a burn from their grants for a transfer."""
        for part in paid.parts:
            self.take(part.grant, part.amount_micros, transfer)

    def take(self, number: int, amount_micros: int, transfer: TransferState) -> None:
        """Take an amount from a grant for a pending transfer; a negative amount is credited back to the grant."""
        if amount_micros:
            self.journal.effects(transfer.number).parts.append((number, amount_micros))
            self._take(number, amount_micros, transfer.number, None, transfer.number)
            if amount_micros < 0:
                self._freeze_returned(number)

    def pay_short(self, number: int, amount_micros: int, short: ShortfallState, record: int) -> None:
        """Take an amount from a grant to cover an earlier shortfall; the pending `record` documents it."""
        self.cover(short.number, amount_micros)
        self._take(number, amount_micros, short.number, short.transfer_id, record)

    def _take(self, number: int, amount_micros: int, transfer: int, transfer_id: int | None, record: int) -> None:
        grant = self.grants[number]
        self._set_grant(replace(grant, remaining_micros=grant.remaining_micros - amount_micros))
        self._consumed.append(GrantConsumption(number, transfer, transfer_id, record, amount_micros, self.now))
        charge = self.charges.get(transfer)
        if charge is not None:
            self.charges[transfer] = replace(charge, parts=(GrantPart(number, amount_micros), *charge.parts))

    def count_returned(self, number: int, transfer: TransferState) -> None:
        """Count a pending transfer that returns money received for a grant."""
        grant = self.grants[number]
        self._set_grant(replace(grant, returned_micros=grant.returned_micros + transfer.amount_micros))
        self._returned.append(ReturnedMoney(number, transfer.number))

    def count_kept(self, number: int, amount_micros: int) -> None:
        """Subtract from a grant's returned amount when such a return is reversed."""
        grant = self.grants[number]
        self._set_grant(replace(grant, returned_micros=grant.returned_micros - amount_micros))

    def lapse(self, number: int, transfer: TransferState) -> None:
        """Take the free rest of an expired grant for its expiry transfer."""
        grant = self.grants[number]
        self._set_grant(replace(grant, lapsed_micros=grant.lapsed_micros + grant.free_micros))
        self.take(number, grant.free_micros, transfer)

    def end_with(self, number: int, transfer: TransferState) -> None:
        """End a grant now; the pending transfer's record documents it."""
        self.journal.effects(transfer.number).ends = (number, self.now)
        self._set_grant(replace(self.grants[number], expires_at=self.now))

    def note_end(self, number: int, end: datetime, *, by: str, why: str) -> None:
        """Change a grant's end, and so its burn order, and record a note, because no transfer documents it."""
        grant = self.grants[number]
        body = grant_end(grant=number, before=grant.expires_at, after=end, by=by, why=why)
        self.journal.note(GRANT_END, body, self.now)
        self._set_grant(replace(grant, expires_at=end))

    def fall_short(self, amount_micros: int, transfer: TransferState) -> None:
        """Record the part of a transfer that no grant covers as a shortfall."""
        if amount_micros:
            short = ShortfallState(None, transfer.number, None, amount_micros, amount_micros, self.now)
            self._set_shortfall(short)
            self.short_micros += amount_micros
            self.journal.effects(transfer.number).short += amount_micros

    def owe(self, amount_micros: int, transfer: TransferState) -> None:
        """Set the part of a charge that is owed instead of paid by grants."""
        charge = self.charges.get(transfer.number)
        if charge is not None:
            self.charges[charge.number] = replace(charge, owed_micros=amount_micros)

    def open_shortfalls(self) -> Iterator[ShortfallState]:
        """Yield the open shortfalls, oldest first.

        Raises:
            MoreRowsNeeded: there are more than were read.
        """
        through = self.state.shortfalls_through
        for number in sorted(self.shortfalls):
            if through is not None and number > through:
                break
            if self.shortfalls[number].remaining_micros:
                yield self.shortfalls[number]
        if through is not None:
            raise MoreRowsNeeded

    def cover(self, number: int, amount_micros: int) -> None:
        """Lower an open shortfall."""
        short = self.shortfalls[number]
        self._set_shortfall(replace(short, remaining_micros=short.remaining_micros - amount_micros))
        self.short_micros -= amount_micros

    def undo(self, number: int, amount_micros: int, transfer: TransferState) -> None:
        """Record how much of a charge a pending transfer undoes."""
        charge = self.charges[number]
        changed = replace(charge, undone_micros=charge.undone_micros + amount_micros)
        if not charge.has_net:
            self.charges[number] = changed
            return
        self._set_charge(changed)
        self._undone.append(UndoneCharge(number, transfer.number, amount_micros))
        self.journal.effects(transfer.number).undoes.append((number, amount_micros))

    def set_aside(self, hold: HoldState, parts: Sequence[GrantPart], *, is_freeze: bool = False) -> None:
        """Assign the parts of grants that back a new hold."""
        for part in parts:
            grant = self.grants[part.grant]
            self._set_grant(replace(grant, held_micros=grant.held_micros + part.amount_micros))
            backing = SliceState(hold.id, part.grant, part.amount_micros, is_freeze)
            self._slices_by_hold[hold.id].append(backing)
            self.slices.append(backing)
            self._new_slices.append(backing)

    @cached_property
    def _slices_by_hold(self) -> defaultdict[UUID, list[SliceState]]:
        """The slices by hold, since ten thousand holds can end at once and each looks up its slices."""
        found: defaultdict[UUID, list[SliceState]] = defaultdict(list)
        for each in self.slices:
            found[each.hold_id].append(each)
        return found

    def slices_of(self, hold_id: UUID) -> Sequence[SliceState]:
        """Return the slices that back a hold, in the order in which they were assigned."""
        return self._slices_by_hold.get(hold_id, ())

    def free_slices(self, hold_id: UUID) -> None:
        """Free the parts of grants that an ending hold held; what a dispute waits for freezes at once."""
        for each in self.slices_of(hold_id):
            grant = self.grants[each.grant]
            self._set_grant(replace(grant, held_micros=grant.held_micros - each.amount_micros))
            self._freeze_returned(each.grant)

    def freeze(self, number: int, request: HoldRequest, of: Freeze) -> HoldState:
        """Hold the amount of the request of a grant for the dispute of a freeze."""
        hold = self.journal.place_hold(self.account(Role.WALLET), request, self.now)
        self.set_aside(hold, (GrantPart(number, request.amount),), is_freeze=True)
        left = of.left_micros - request.amount
        self.set_freeze(number, of.key, replace(of, left_micros=left, hold_ids=(*of.hold_ids, hold.id)))
        return hold

    def set_freeze(self, number: int, key: str, freeze: Freeze | None) -> None:
        """Set a grant's freeze for a dispute, by its key; None removes it, when the dispute is decided."""
        others = tuple(each for each in self.grants[number].freezes if each.key != key)
        self._set_grant(replace(self.grants[number], freezes=others if freeze is None else (*others, freeze)))

    def _freeze_returned(self, number: int) -> None:
        """Freeze what returned to a grant, up to what its open disputes wait for."""
        for each in self.grants[number].freezes:
            amount = Micros(min(each.left_micros, self.grants[number].free_micros))
            if amount > 0:
                key = beside(each.key, str(len(each.hold_ids)))
                self.freeze(number, HoldRequest(uuid4(), key, amount, "system:disputes", None, "In dispute"), each)

    def close_hold(self, hold: HoldState) -> HoldState:
        """End a pending hold without a capture, and free what it held of its grants and budgets."""
        closed = self.journal.close_hold(hold, self.now)
        self.free_slices(hold.id)
        self.budgets.free(hold.bucket_ids, hold.amount_micros)
        return closed

    def capture_hold(self, hold: HoldState, captured_micros: int) -> None:
        """End a pending hold as captured; its budgets no longer hold it. Its slices are freed by the caller."""
        self.journal.end_hold(hold, CAPTURED, self.now, captured_micros)
        self.budgets.free(hold.bucket_ids, hold.amount_micros)

    def ended_holds(self) -> list[HoldState]:
        """Return the pending holds whose end has passed."""
        return [hold for hold in self.journal.holds.values() if hold.status == PENDING and hold.is_past(self.now)]

    def _set_grant(self, grant: GrantState) -> None:
        before = self.grants.get(grant.number)
        if self._credit_micros is not None:
            self._credit_micros += grant.credit_micros(self.now) - (before.credit_micros(self.now) if before else 0)
        if self._free_quota_micros is not None:
            known = before.free_quota_micros(self.now) if before else 0
            self._free_quota_micros += grant.free_quota_micros(self.now) - known
        self.grants[grant.number] = grant
        self._grants.add(grant.number)

    def _set_shortfall(self, short: ShortfallState) -> None:
        self.shortfalls[short.number] = short
        self._shortfalls.add(short.number)

    def _set_charge(self, charge: ChargeState) -> None:
        self.charges[charge.number] = charge
        self._charges.add(charge.number)

    def decided(self, result: R) -> BookDecision[R]:
        """Hash the pending records into the book's chain and return the outcome of the decision."""
        self.journal.seal()
        self.budgets.settle()
        from apps.wallets.decisions.low_credit import watch  # here, because low_credit imports this module

        noticed = watch(self)
        before = self.state
        after = BookState(
            ledger=self.journal.after(),
            terms=before.terms,
            grants=self.grants,
            slices=tuple(self.slices),
            shortfalls=self.shortfalls,
            short_micros=self.short_micros,
            shortfalls_through=before.shortfalls_through,
            charges=self.charges,
            has_more_charges=before.has_more_charges,
            budgets=self.budgets.after(),
            alarms=noticed.alarms,
            top_up=noticed.top_up,
            unread=before.unread,
        )
        changes = BookChanges(
            ledger=self.journal.changes(),
            grants=frozenset(self._grants),
            consumed=tuple(self._consumed),
            shortfalls=frozenset(self._shortfalls),
            charges=frozenset(self._charges),
            undone=tuple(self._undone),
            returned=tuple(self._returned),
            slices=tuple(self._new_slices),
            days=self._days,
            updated_at=self.now if self._moves_wallet else None,
            budgets=self.budgets.changes(),
            notices=(*self.budgets.notices, *noticed.notices),
            watched=noticed.changes,
        )
        return BookDecision(after, changes, result)


def unchanged(state: BookState, result: R) -> BookDecision[R]:
    """Return an outcome that writes nothing."""
    return BookDecision(state, BookChanges(), result)
