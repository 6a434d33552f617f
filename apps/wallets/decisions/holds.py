"""Reservations: credit set aside before the work, captured after it. Whether it is admitted is decided here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.common.money import Micros
from apps.ledger.causes import HOLD
from apps.ledger.errors import HoldNotFound, InvalidAmount
from apps.ledger.journal import refuse_unless_pending
from apps.ledger.requests import HoldRequest, TransferRequest
from apps.ledger.state import CAPTURED, RELEASED, HoldState, TransferState
from apps.wallets.accounts import Role
from apps.wallets.burndown import Part, take_in_order
from apps.wallets.decisions.availability import available_micros, burnable
from apps.wallets.decisions.charges import leave_uncovered
from apps.wallets.decisions.shortfalls import begin, pay_overspend
from apps.wallets.errors import BudgetExceeded, CaptureAboveHold, HeldByDispute
from apps.wallets.state import BookState, Decided
from apps.wallets.wallet_posting import WalletPosting, unchanged


def decide_reserve(state: BookState, request: HoldRequest, now: datetime) -> Decided[HoldState]:
    """Set an amount aside, once per key, naming the grants that back it; see `reserve`."""
    draft = WalletPosting(state, now)
    known = draft.journal.find_hold(draft.account(Role.WALLET), request)
    if known is not None:
        return unchanged(state, known)
    begin(draft)
    if request.amount > available_micros(draft):
        raise BudgetExceeded
    hold = draft.journal.place_hold(draft.account(Role.WALLET), request, now)
    draft.set_aside(hold, draft.burn(burnable(draft), request.amount).parts)
    return draft.decided(hold)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """An amount to charge from a hold; see `capture_reservation`. `label` stands where nothing describes it."""

    hold_id: UUID
    amount: Micros
    key: str
    created_by: str
    may_exceed: bool
    kind: str
    description: str
    label: str
    metadata: Mapping[str, object]

    def request(self, draft: WalletPosting, hold: HoldState) -> TransferRequest:
        """The transfer that the capture is."""
        return TransferRequest(
            book_id=draft.book_id,
            key=self.key,
            source=draft.code(Role.WALLET),
            destination=draft.code(Role.REVENUE),
            amount=self.amount,
            kind=self.kind,
            created_by=self.created_by,
            cause=HOLD.of(hold.id),
            description=self.description or hold.description or self.label,
            metadata=self.metadata,
            facts={"hold": str(hold.id)},
        )


def decide_capture(state: BookState, call: Capture, now: datetime) -> Decided[TransferState | None]:
    """Charge an amount from a hold and return the rest; a zero amount releases all of it."""
    draft = WalletPosting(state, now)
    hold = hold_of(draft, call.hold_id)
    request = call.request(draft, hold)
    if call.amount and (known := draft.journal.known(request)) is not None:
        return unchanged(state, known)
    if not call.amount and hold.status == RELEASED:
        return unchanged(state, None)
    begin(draft)
    hold = hold_of(draft, call.hold_id)
    refuse_frozen_hold(draft, hold)
    refuse_unless_pending(hold, now=now)
    extra = max(0, call.amount - hold.amount_micros)
    if extra and not call.may_exceed:
        raise CaptureAboveHold(field="amount")
    if extra and extra > available_micros(draft):
        raise BudgetExceeded(field="amount")
    if not call.amount:
        draft.close_hold(hold)
        pay_overspend(draft)
        return draft.decided(None)
    captured = call.amount - extra
    if not captured > 0:
        raise InvalidAmount("A capture takes at most what is held", field="amount")
    draft.journal.end_hold(hold, CAPTURED, now, captured)
    transfer = _charge_from(draft, hold, extra, request)
    if call.amount < hold.amount_micros:
        pay_overspend(draft)
    return draft.decided(transfer)


def _charge_from(draft: WalletPosting, hold: HoldState, extra_micros: int, request: TransferRequest) -> TransferState:
    """Charge what was held from the slices that backed it, and what they do not cover from the free grants."""
    transfer = draft.move(request)
    parts = [Part(each.grant, each.amount_micros) for each in draft.slices_of(hold.id)]
    draft.free_slices(hold.id)
    held = take_in_order(parts, request.amount - extra_micros)
    draft.consume(held, transfer)
    beyond = draft.burn(draft.spendable(), held.uncovered_micros + extra_micros)
    draft.consume(beyond, transfer)
    leave_uncovered(draft, beyond.uncovered_micros, request, transfer)
    return transfer


def decide_release(state: BookState, hold_id: UUID, now: datetime) -> Decided[HoldState]:
    """Return all of a hold; releasing it again changes nothing."""
    draft = WalletPosting(state, now)
    hold = hold_of(draft, hold_id)
    if hold.status == RELEASED:
        return unchanged(state, hold)
    begin(draft)
    hold = hold_of(draft, hold_id)
    refuse_frozen_hold(draft, hold)
    refuse_unless_pending(hold, now=now)
    released = draft.close_hold(hold)
    pay_overspend(draft)
    return draft.decided(released)


def decide_extend(state: BookState, hold_id: UUID, expires_at: datetime, now: datetime) -> Decided[HoldState]:
    """Move the end of a pending hold to a moment that is yet to come."""
    draft = WalletPosting(state, now)
    begin(draft)
    hold = hold_of(draft, hold_id)
    refuse_frozen_hold(draft, hold)
    return draft.decided(draft.journal.extend_hold(hold, expires_at, now))


def hold_of(draft: WalletPosting, hold_id: UUID) -> HoldState:
    """Return a hold of the book.

    Raises:
        HoldNotFound: it has no such hold.
    """
    found = draft.journal.holds.get(hold_id)
    if found is None:
        raise HoldNotFound
    return found


def refuse_frozen_hold(draft: WalletPosting, hold: HoldState) -> None:
    """Refuse to end or move by hand what a dispute holds.

    Raises:
        HeldByDispute: it is a freeze.
    """
    if any(part.is_freeze for part in draft.slices_of(hold.id)):
        raise HeldByDispute(f"{hold.key} froze it until the dispute is decided")
