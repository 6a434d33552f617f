"""Undoing a posting by a new one: what it took of the wallet goes back to where it came from, once and never twice."""

from datetime import datetime

from apps.common.causes import Cause
from apps.common.money import Micros
from apps.ledger.causes import TRANSFER
from apps.ledger.requests import TransferRequest
from apps.ledger.state import TransferState
from apps.wallets.accounts import Role
from apps.wallets.decisions.availability import available_micros
from apps.wallets.decisions.credit_back import lower_debt, undo
from apps.wallets.decisions.expiry import post_expiry
from apps.wallets.decisions.freezes import grant_of
from apps.wallets.decisions.receivables import settle_receivable
from apps.wallets.decisions.refunds import take_unspent
from apps.wallets.decisions.shortfalls import begin, pay_overspend
from apps.wallets.errors import BudgetExceeded, NotReversible
from apps.wallets.kinds import Kind
from apps.wallets.state import BookState, Decided
from apps.wallets.wallet_posting import WalletPosting, unchanged

GIVEN_BACK = "All of it was given back already"


def decide_deduct(state: BookState, request: TransferRequest, now: datetime) -> Decided[TransferState]:
    """Take credit away by hand, in burn order; never more than is available.

    Raises:
        BudgetExceeded: less is available.
    """
    draft = WalletPosting(state, now)
    known = draft.journal.known(request)
    if known is not None:
        return unchanged(state, known)
    begin(draft)
    paid = draft.burn(draft.spendable(), request.amount)
    if paid.uncovered_micros or request.amount > available_micros(draft):
        raise BudgetExceeded(field="amount")
    transfer = draft.move(request)
    draft.consume(paid, transfer)
    return draft.decided(transfer)


def decide_undo(
    state: BookState,
    original: TransferState,
    returned: int | None,
    cause: Cause,
    reason: str,
    created_by: str,
    now: datetime,
) -> Decided[TransferState]:
    """Undo what is left of a posting; what comes back of it pays what is overspent, or is credit where it was paid.

    `returned` is the id of the grant of which the posting gave something back: it no longer did.

    Raises:
        NotReversible: nothing is left of it, or it is not undone on its own.
    """
    draft = WalletPosting(state, now)
    begin(draft)
    wallet = draft.code(Role.WALLET)
    belongs = original.kind in (Kind.REVERSAL, Kind.EXPIRY) or original.cause_type == TRANSFER.name
    if belongs or original.destination == wallet:
        raise NotReversible
    if original.source == wallet:
        reversal = _undo_spending(draft, original, cause, reason, created_by)
        if returned is not None:
            draft.count_kept(grant_of(draft, returned).number, original.amount_micros)
    else:
        reversal = draft.move(reversal_of(draft, original, original.amount_micros, cause, reason, created_by))
    pay_overspend(draft)
    settle_receivable(draft, reversal, created_by)
    return draft.decided(reversal)


def _undo_spending(
    draft: WalletPosting, original: TransferState, cause: Cause, reason: str, created_by: str
) -> TransferState:
    left = draft.charges[original.number].left_micros
    if not left:
        raise NotReversible(GIVEN_BACK)
    request = reversal_of(draft, original, left, cause, reason, created_by)
    reversal = draft.move(request)
    lower_debt(draft, undo(draft, original.number, left, reversal), request)
    return reversal


def decide_revoke(
    state: BookState,
    grant_id: int,
    made_by: TransferState,
    cause: Cause,
    reason: str,
    created_by: str,
    now: datetime,
) -> Decided[Micros]:
    """Take back what is unspent of a grant that was not reversed, by reversal, and end it; return how much that was."""
    draft = WalletPosting(state, now)
    begin(draft)
    grant = grant_of(draft, grant_id)
    if not grant.remaining_micros or grant.is_expired(now):
        return draft.decided(Micros(0))
    unspent = Micros(grant.free_micros)
    if unspent:
        key = f"grant-revocation:{grant.id}"
        reversal = draft.move(reversal_of(draft, made_by, unspent, cause, reason, created_by, key))
        draft.take(grant.number, unspent, reversal)
        draft.end_with(grant.number, reversal)
    else:
        draft.note_end(grant.number, now, by=created_by, why=reason)
    return draft.decided(unspent)


def decide_reverse_grant(
    state: BookState,
    grant_id: int,
    made_by: TransferState,
    deducted_micros: int,
    cause: Cause,
    reason: str,
    created_by: str,
    now: datetime,
) -> Decided[TransferState]:
    """Take a grant back, spent or not: all but what went back of it before and what is held.

    What a reservation holds may still be captured; what it returns lapses, since the grant ends. `deducted_micros` is
    what staff deducted of it by hand and did not put back: promotions have that already.

    Raises:
        NotReversible: nothing is left of it.
    """
    draft = WalletPosting(state, now)
    begin(draft)
    grant = grant_of(draft, grant_id)
    if grant.is_expired(now) and grant.free_micros:
        post_expiry(draft, grant)
        grant = grant_of(draft, grant_id)
    gone = grant.lapsed_micros + grant.returned_micros + deducted_micros + grant.held_micros
    if grant.amount_micros <= gone:
        raise NotReversible("Nothing is left of it: it has lapsed, was taken back, or is held")
    reversal = draft.move(reversal_of(draft, made_by, grant.amount_micros - gone, cause, reason, created_by))
    take_unspent(draft, grant.number, reversal)
    if not grant.is_expired(now):
        draft.end_with(grant.number, reversal)
    return draft.decided(reversal)


def reversal_of(
    draft: WalletPosting,
    original: TransferState,
    amount_micros: int,
    cause: Cause,
    reason: str,
    created_by: str,
    key: str = "",
) -> TransferRequest:
    """The transfer that undoes an amount of another one."""
    return TransferRequest(
        book_id=draft.book_id,
        key=key or f"reversal:{original.id}",
        source=original.destination,
        destination=original.source,
        amount=Micros(amount_micros),
        kind=Kind.REVERSAL,
        created_by=created_by,
        cause=cause,
        description=reason,
        reverses=original,
    )
