"""Freeze credit while its payment is in dispute.

When a freeze ends, the grant's expiry moves out by the duration of the freeze. So a customer who wins loses no time,
and if the customer loses, the credit can still be taken. An unfrozen part that expired meanwhile stays expired.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from apps.common.money import Micros
from apps.ledger.requests import HoldRequest
from apps.ledger.state import PENDING, HoldState
from apps.wallets.accounts import Role
from apps.wallets.burn_order import GrantPart
from apps.wallets.decisions.expiry import post_expiry
from apps.wallets.decisions.holds import hold_of
from apps.wallets.decisions.shortfalls import begin, pay_overspend
from apps.wallets.state import BookDecision, BookState, GrantState
from apps.wallets.wallet_posting import WalletPosting, unchanged


def decide_freeze(
    state: BookState, grant_id: int, request: HoldRequest, now: datetime
) -> BookDecision[HoldState | None]:
    """Hold the free part of one grant, up to the request's amount; the result is None if nothing is free."""
    posting = WalletPosting(state, now)
    known = [hold for hold in posting.journal.holds.values() if hold.key == request.key]
    if known:
        return unchanged(state, known[0])
    begin(posting)
    grant = grant_of(posting, grant_id)
    frozen = min(request.amount, grant.free_micros) if not grant.is_expired(now) else 0
    if frozen <= 0:
        return posting.decided(None)
    hold = posting.journal.place_hold(posting.account(Role.WALLET), replace(request, amount=Micros(frozen)), now)
    posting.set_aside(hold, (GrantPart(grant.number, frozen),), is_freeze=True)
    return posting.decided(hold)


def decide_unfreeze(state: BookState, hold_id: UUID, now: datetime) -> BookDecision[HoldState]:
    """Release what a dispute froze, after the dispute is decided; a freeze that has ended stays unchanged."""
    posting = WalletPosting(state, now)
    begin(posting)
    end_freeze(posting, hold_of(posting, hold_id))
    pay_overspend(posting)
    return posting.decided(hold_of(posting, hold_id))


def end_freeze(posting: WalletPosting, hold: HoldState) -> None:
    """End a pending freeze: extend its grants by the time of the freeze, and free what it held."""
    if hold.status != PENDING:
        return
    for part in posting.slices_of(hold.id):
        if part.is_freeze:
            _extend_grant(posting, part.grant, hold.created_at)
    posting.close_hold(hold)


def _extend_grant(posting: WalletPosting, number: int, frozen_at: datetime) -> None:
    grant = posting.grants[number]
    if grant.expires_at is None:
        return
    if grant.is_expired(posting.now) and grant.free_micros:
        post_expiry(posting, grant)
    end = grant.expires_at + (posting.now - frozen_at)
    posting.note_end(number, end, by="system:disputes", why="Extended by the time it was frozen")


def grant_of(posting: WalletPosting, grant_id: int) -> GrantState:
    """Return a grant by its id; it must be among the grants that were read."""
    return next(grant for grant in posting.grants.values() if grant.id == grant_id)
