"""Undo a transfer by a new one, at most once: credit that it took returns to the same grants."""

from collections.abc import Sequence
from datetime import datetime

from apps.common.causes import Cause
from apps.common.money import Micros
from apps.common.values import value_class
from apps.ledger.causes import TRANSFER
from apps.ledger.requests import TransferRequest
from apps.ledger.state import TransferState
from apps.wallets.accounts import Role
from apps.wallets.budgets.counters import Spending
from apps.wallets.budgets.scopes import Dimensions
from apps.wallets.decisions.availability import available_micros
from apps.wallets.decisions.credit_back import lower_debt, undo
from apps.wallets.decisions.expiry import post_expiry
from apps.wallets.decisions.freezes import grant_of
from apps.wallets.decisions.receivables import settle_receivable
from apps.wallets.decisions.refunds import take_unspent
from apps.wallets.decisions.shortfalls import begin, pay_overspend
from apps.wallets.errors import BudgetExceeded, NotReversible
from apps.wallets.kinds import Kind
from apps.wallets.state import BookDecision, BookState
from apps.wallets.wallet_posting import WalletPosting, unchanged

GIVEN_BACK = "All of it was credited back already"


@value_class(frozen=True, slots=True)
class Correction:
    """The cause, reason and creator of a transfer that undoes another."""

    cause: Cause
    reason: str
    created_by: str


def decide_deduct(state: BookState, request: TransferRequest, now: datetime) -> BookDecision[TransferState]:
    """Take credit away by hand, in burn order, at most what is available.

    Raises:
        BudgetExceeded: less is available. IdempotencyMismatch: the key was used with other inputs.
    """
    posting = WalletPosting(state, now)
    known = posting.journal.known(request)
    if known is not None:
        return unchanged(state, known)
    begin(posting)
    paid = posting.burn(posting.spendable(), request.amount)
    if paid.uncovered_micros or request.amount > available_micros(posting):
        raise BudgetExceeded(field="amount")
    transfer = posting.move(request)
    posting.consume(paid, transfer)
    return posting.decided(transfer)


def decide_undo(
    state: BookState,
    original: TransferState,
    returned: int | None,
    correction: Correction,
    now: datetime,
    work: Sequence[tuple[Dimensions, int]] = (),
) -> BookDecision[TransferState]:
    """Undo the rest of a transfer; credit that returns covers shortfalls, and a payment above the debt becomes credit.

    `returned` is the id of the grant whose returned amount the transfer had raised; that amount is lowered again.
    `work` is the charged work with the micros of each part; budgets subtract it today.

    Raises:
        NotReversible: nothing is left of it, or it cannot be undone on its own.
    """
    posting = WalletPosting(state, now)
    begin(posting)
    wallet = posting.code(Role.WALLET)
    belongs = original.kind in (Kind.REVERSAL, Kind.EXPIRY) or original.cause_type == TRANSFER.name
    if belongs or original.destination == wallet:
        raise NotReversible
    if original.source == wallet:
        reversal = _undo_spending(posting, original, correction)
        posting.budgets.spend(Spending(posting.budgets.today, each, -amount) for each, amount in work)
        if returned is not None:
            posting.count_kept(grant_of(posting, returned).number, original.amount_micros)
    else:
        reversal = posting.move(reversal_of(posting, original, original.amount_micros, correction))
    pay_overspend(posting)
    settle_receivable(posting, reversal, correction.created_by)
    return posting.decided(reversal)


def _undo_spending(posting: WalletPosting, original: TransferState, correction: Correction) -> TransferState:
    left = posting.charges[original.number].left_micros
    if not left:
        raise NotReversible(GIVEN_BACK)
    request = reversal_of(posting, original, left, correction)
    reversal = posting.move(request)
    lower_debt(posting, undo(posting, original.number, left, reversal), request)
    return reversal


def decide_revoke(
    state: BookState, grant_id: int, made_by: TransferState, correction: Correction, now: datetime
) -> BookDecision[Micros]:
    """Take back the unheld part of a grant by a reversal, end the grant, and return the micros taken.

    `made_by` is the transfer that made the grant; it must not be reversed.
    """
    posting = WalletPosting(state, now)
    begin(posting)
    grant = grant_of(posting, grant_id)
    if not grant.remaining_micros or grant.is_expired(now):
        return posting.decided(Micros(0))
    unspent = Micros(grant.free_micros)
    if unspent:
        key = f"grant-revocation:{grant.id}"
        reversal = posting.move(reversal_of(posting, made_by, unspent, correction, key))
        posting.take(grant.number, unspent, reversal)
        posting.end_with(grant.number, reversal)
    else:
        posting.note_end(grant.number, now, by=correction.created_by, why=correction.reason)
    return posting.decided(unspent)


def decide_reverse_grant(
    state: BookState,
    grant_id: int,
    made_by: TransferState,
    deducted_micros: int,
    correction: Correction,
    now: datetime,
) -> BookDecision[TransferState]:
    """Take a grant back, spent or not, except for what was taken back before and what is held.

    What a reservation holds may still be captured; what it frees expires with the grant. `deducted_micros` is the
    amount that staff deducted from it and did not put back; that amount is already on the promotions account.

    Raises:
        NotReversible: nothing is left of it.
    """
    posting = WalletPosting(state, now)
    begin(posting)
    grant = grant_of(posting, grant_id)
    if grant.is_expired(now) and grant.free_micros:
        post_expiry(posting, grant)
        grant = grant_of(posting, grant_id)
    gone = grant.lapsed_micros + grant.returned_micros + deducted_micros + grant.held_micros
    if grant.amount_micros <= gone:
        raise NotReversible("Nothing is left of it: it has expired, was taken back, or is held")
    reversal = posting.move(reversal_of(posting, made_by, grant.amount_micros - gone, correction))
    take_unspent(posting, grant.number, reversal)
    if not grant.is_expired(now):
        posting.end_with(grant.number, reversal)
    return posting.decided(reversal)


def reversal_of(
    posting: WalletPosting,
    original: TransferState,
    amount_micros: int,
    correction: Correction,
    key: str = "",
) -> TransferRequest:
    """Return the transfer that undoes an amount of another one."""
    return TransferRequest(
        book_id=posting.book_id,
        key=key or f"reversal:{original.id}",
        source=original.destination,
        destination=original.source,
        amount=Micros(amount_micros),
        kind=Kind.REVERSAL,
        created_by=correction.created_by,
        cause=correction.cause,
        description=correction.reason,
        reverses=original,
    )
