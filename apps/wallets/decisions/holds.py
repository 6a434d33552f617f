"""Reservations: set credit aside before the work, if enough is available, and capture it after the work."""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from uuid import UUID

from apps.common.errors import BillingError
from apps.common.money import Micros
from apps.common.values import value_class
from apps.ledger.causes import HOLD
from apps.ledger.errors import HoldNotFound, InvalidAmount
from apps.ledger.journal import refuse_unless_pending
from apps.ledger.requests import HoldRequest, TransferRequest
from apps.ledger.state import RELEASED, HoldState, TransferState
from apps.wallets.accounts import Role
from apps.wallets.budgets.counters import Spending
from apps.wallets.budgets.limits import Limit
from apps.wallets.budgets.scopes import Dimensions, dimensions_of
from apps.wallets.burn_order import GrantPart, take_in_order
from apps.wallets.decisions.availability import available_micros, burnable
from apps.wallets.decisions.charges import leave_uncovered
from apps.wallets.decisions.refusals import limits_on, refuse_beyond_limits, refuse_new_work
from apps.wallets.decisions.shortfalls import begin, pay_overspend
from apps.wallets.errors import (
    AlreadyCaptured,
    CaptureAboveHold,
    HeldByDispute,
)
from apps.wallets.kinds import Kind, Overage
from apps.wallets.state import BookDecision, BookState, GrantState
from apps.wallets.wallet_posting import WalletPosting, unchanged


@value_class(frozen=True, slots=True)
class HoldResult:
    """A hold after a call, the grants that backed it with their amounts, and the available amount; all in micros.

    `transfer` is the charge from it, if any; `limits` are the hard budgets that apply to its work. A call that repeats
    an earlier one sets `is_repeat` and omits the backing.
    """

    hold: HoldState
    available_micros: int
    backing: tuple[tuple[GrantState, int], ...] = ()
    transfer: TransferState | None = None
    is_repeat: bool = False
    limits: tuple[Limit, ...] = ()


def decide_reserve(state: BookState, request: HoldRequest, now: datetime) -> BookDecision[HoldResult]:
    """Set an amount aside, once per key, and assign the grants that back it; see `reserve`.

    Raises:
        WorkPaused: staff paused new work. TooManyReservations: 10,000 are pending.
        BudgetExceeded, BudgetLimitReached: the available amount, or the room of a budget, is smaller.
        ResourcesPaused: the monthly limit for persistent resources is reached. DimensionRequired: the work lacks one.
        IdempotencyMismatch, InvalidAmount, InvalidKey, InvalidMetadata: as `Journal.find_hold` and `place_hold`.
    """
    posting = WalletPosting(state, now)
    known = posting.journal.find_hold(posting.account(Role.WALLET), request)
    begin(posting)
    if known is not None:
        again = tuple(posting.budgets.limits_on(dimensions_of(known.dimensions), 0))
        return unchanged(state, HoldResult(known, available_micros(posting), is_repeat=True, limits=again))
    work = dimensions_of(request.dimensions)
    limits = refuse_new_work(posting, work, request.amount)
    bucket_ids = posting.budgets.hold(work, request.amount)
    counted = replace(request, bucket_ids=bucket_ids) if bucket_ids else request
    hold = posting.journal.place_hold(posting.account(Role.WALLET), counted, now)
    posting.set_aside(hold, posting.burn(burnable(posting), request.amount).parts)
    of_budgets = [limit.after_hold() for limit in limits if limit.budget is not None]
    return posting.decided(_result(posting, hold.id, limits=of_budgets))


@value_class(frozen=True, slots=True)
class Admission:
    """Whether an amount could be reserved now: the available micros, all limits, and the refusal, if any."""

    available_micros: int
    limits: tuple[Limit, ...]
    refusal: BillingError | None


def decide_admission(state: BookState, work: Dimensions, amount_micros: int, now: datetime) -> BookDecision[Admission]:
    """Check whether an amount could be reserved for some work, without reserving it."""
    posting = WalletPosting(state, now)
    begin(posting)
    refusal = None
    try:
        refuse_new_work(posting, work, amount_micros)
    except BillingError as error:
        refusal = error
    limits = tuple(limits_on(posting, work, amount_micros))
    return unchanged(state, Admission(available_micros(posting), limits, refusal))


def decide_read(state: BookState, hold_id: UUID, now: datetime) -> BookDecision[HoldResult]:
    """Return a hold with the available amount and the hard budgets that apply to its work.

    Raises:
        HoldNotFound: the book has no such hold.
    """
    posting = WalletPosting(state, now)
    hold = hold_of(posting, hold_id)
    begin(posting)
    limits = tuple(posting.budgets.limits_on(dimensions_of(hold.dimensions), 0))
    return unchanged(state, HoldResult(hold, available_micros(posting), limits=limits))


def _result(
    posting: WalletPosting, hold_id: UUID, transfer: TransferState | None = None, limits: Sequence[Limit] = ()
) -> HoldResult:
    backing = tuple((posting.grants[each.grant], each.amount_micros) for each in posting.slices_of(hold_id))
    hold = posting.journal.holds[hold_id]
    return HoldResult(hold, available_micros(posting), backing, transfer, limits=tuple(limits))


@value_class(frozen=True, slots=True, kw_only=True)
class Capture:
    """An amount to charge from a hold; see `capture_reservation`. `label` is the default description.

    `facts` must match as well when the key is used again. `spending` is what budgets count, by default the amount
    charged, today, for the hold's work. `argument` is the input that errors about the amount name.
    """

    hold_id: UUID
    amount: Micros
    key: str
    created_by: str
    overage: Overage = Overage.REFUSE
    kind: str = Kind.USAGE.value
    description: str = ""
    label: str = "Usage"
    metadata: Mapping[str, object] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    effective_at: datetime | None = None
    spending: Sequence[Spending] = ()
    argument: str = "amount"

    def request(self, posting: WalletPosting, hold: HoldState, amount: Micros) -> TransferRequest:
        """Return the capture's transfer of `amount`, which may be less than requested; `facts` keeps the latter."""
        return TransferRequest(
            book_id=posting.book_id,
            key=self.key,
            source=posting.code(Role.WALLET),
            destination=posting.code(Role.REVENUE),
            amount=amount,
            kind=self.kind,
            created_by=self.created_by,
            cause=HOLD.of(hold.id),
            description=self.description or hold.description or self.label,
            metadata=self.metadata,
            facts={"hold": str(hold.id), "amount": self.amount, **self.facts},
            effective_at=self.effective_at,
        )


def decide_capture(state: BookState, call: Capture, now: datetime) -> BookDecision[HoldResult]:
    """Charge an amount from a hold and free the rest; a charge of zero releases the hold.

    Raises:
        HoldNotFound, HoldExpired, HoldClosed: it cannot be captured. HeldByDispute: it is a freeze.
        CaptureAboveHold, BudgetExceeded, BudgetLimitReached: the part above the hold is refused.
        InvalidAmount: the amount is negative.
    """
    posting = WalletPosting(state, now)
    hold = hold_of(posting, call.hold_id)
    if (first := posting.journal.transfers.get(call.key)) is not None:
        refuse_other_capture(posting, call, hold, first)
        return unchanged(state, HoldResult(hold, available_micros(posting), transfer=first, is_repeat=True))
    if hold.status == RELEASED and _may_charge_nothing(call, hold):
        return unchanged(state, HoldResult(hold, available_micros(posting), is_repeat=True))
    begin(posting)
    hold = hold_of(posting, call.hold_id)
    refuse_frozen_hold(posting, hold)
    refuse_unless_pending(hold, now=now)
    extra = _admitted_extra(posting, call, hold)
    captured = min(call.amount, hold.amount_micros)
    if captured < 0:
        raise InvalidAmount(field="amount")
    if not captured + extra:
        posting.close_hold(hold)
        pay_overspend(posting)
        return posting.decided(_result(posting, hold.id))
    posting.capture_hold(hold, captured)
    today, work = posting.budgets.today, dimensions_of(hold.dimensions)
    posting.budgets.spend(call.spending or [Spending(today, work, captured + extra)])
    transfer = _charge_from(posting, hold, extra, call.request(posting, hold, Micros(captured + extra)))
    if call.amount < hold.amount_micros:
        pay_overspend(posting)
    return posting.decided(_result(posting, hold.id, transfer))


def refuse_other_capture(posting: WalletPosting, call: Capture, hold: HoldState, first: TransferState) -> None:
    """Refuse to capture a hold again, unless the call repeats the `first` capture.

    Raises:
        AlreadyCaptured: it does not.
    """
    if not call.amount or call.request(posting, hold, call.amount).fingerprint != first.fingerprint:
        raise AlreadyCaptured(first.amount_micros)


def _may_charge_nothing(call: Capture, hold: HoldState) -> bool:
    """Return whether a capture may charge zero: if zero is requested, or for `overage=available` on a hold of zero."""
    return not call.amount or (call.overage is Overage.AVAILABLE and not hold.amount_micros)


def _admitted_extra(posting: WalletPosting, call: Capture, hold: HoldState) -> int:
    """Return how many micros of the part above the hold the call's overage rule allows to charge."""
    extra = max(0, call.amount - hold.amount_micros)
    if not extra or call.overage is Overage.OWE:
        return extra
    if call.overage is Overage.REFUSE:
        raise CaptureAboveHold(field=call.argument)
    work = dimensions_of(hold.dimensions)
    if call.overage is Overage.AVAILABLE:
        rooms = (limit.room_micros for limit in limits_on(posting, work, extra))
        return max(0, min(extra, *rooms))
    refuse_beyond_limits(posting, work, extra, field=call.argument)
    return extra


def _charge_from(posting: WalletPosting, hold: HoldState, extra_micros: int, request: TransferRequest) -> TransferState:
    """Charge the held part from the slices that backed it, and the rest from free grants."""
    transfer = posting.move(request)
    parts = [GrantPart(each.grant, each.amount_micros) for each in posting.slices_of(hold.id)]
    held = take_in_order(parts, request.amount - extra_micros)
    posting.consume(held, transfer)
    posting.free_slices(hold.id)
    beyond = posting.burn(posting.spendable(), held.uncovered_micros + extra_micros)
    posting.consume(beyond, transfer)
    leave_uncovered(posting, beyond.uncovered_micros, request, transfer)
    return transfer


def decide_release(state: BookState, hold_id: UUID, now: datetime) -> BookDecision[HoldResult]:
    """Release a hold; a repeat changes nothing.

    Raises:
        HoldNotFound, HoldExpired, HoldClosed: it cannot be released. HeldByDispute: it is a freeze.
    """
    posting = WalletPosting(state, now)
    hold = hold_of(posting, hold_id)
    if hold.status == RELEASED:
        return unchanged(state, HoldResult(hold, available_micros(posting), is_repeat=True))
    begin(posting)
    hold = hold_of(posting, hold_id)
    refuse_frozen_hold(posting, hold)
    refuse_unless_pending(hold, now=now)
    posting.close_hold(hold)
    pay_overspend(posting)
    return posting.decided(_result(posting, hold_id))


def decide_extend(state: BookState, hold_id: UUID, expires_at: datetime, now: datetime) -> BookDecision[HoldResult]:
    """Move the end of a pending hold to a later moment; an end that is already later stays.

    Raises:
        HoldNotFound, HoldExpired, HoldClosed: it is not pending. HeldByDispute: it is a freeze.
        EndHasPassed: the new end is not later than now.
    """
    posting = WalletPosting(state, now)
    begin(posting)
    hold = hold_of(posting, hold_id)
    refuse_frozen_hold(posting, hold)
    posting.journal.extend_hold(hold, expires_at, now)
    return posting.decided(_result(posting, hold_id))


def hold_of(posting: WalletPosting, hold_id: UUID) -> HoldState:
    """Return a hold of the book.

    Raises:
        HoldNotFound: the book has no such hold.
    """
    found = posting.journal.holds.get(hold_id)
    if found is None:
        raise HoldNotFound
    return found


def refuse_frozen_hold(posting: WalletPosting, hold: HoldState) -> None:
    """Refuse to end or extend a hold that a dispute placed.

    Raises:
        HeldByDispute: it is a freeze.
    """
    if any(part.is_freeze for part in posting.slices_of(hold.id)):
        raise HeldByDispute(f"Frozen by {hold.key} until the dispute is decided")
