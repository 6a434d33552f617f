"""Freeze credit while its payment is in dispute.

When a freeze ends, the grant's expiry moves out by the duration of the freeze. So a customer who wins loses no time,
and if the customer loses, the credit can still be taken. An unfrozen part that expired meanwhile stays expired.
"""

from dataclasses import replace
from datetime import datetime

from apps.common.money import Micros
from apps.ledger.requests import HoldRequest
from apps.ledger.state import HoldState
from apps.wallets.decisions.expiry import post_expiry
from apps.wallets.decisions.holds import hold_of
from apps.wallets.decisions.shortfalls import begin, pay_overspend
from apps.wallets.state import BookDecision, BookState, Freeze, GrantState
from apps.wallets.wallet_posting import WalletPosting, unchanged


def decide_freeze(
    state: BookState, grant_id: int, request: HoldRequest, dispute: str, now: datetime
) -> BookDecision[HoldState | None]:
    """Hold the free part of one grant, up to the request's amount; the rest freezes when it returns to the grant.

    The result is None if nothing is free.
    """
    posting = WalletPosting(state, now)
    known = [hold for hold in posting.journal.holds.values() if hold.key == request.key]
    if known or any(each.key == request.key for each in grant_of(posting, grant_id).freezes):
        return unchanged(state, known[0] if known else None)
    begin(posting)
    grant = grant_of(posting, grant_id)
    if grant.is_expired(now):
        return posting.decided(None)
    frozen, freeze = min(request.amount, grant.free_micros), Freeze(request.key, dispute, request.amount, ())
    if frozen <= 0:
        posting.set_freeze(grant.number, request.key, freeze)
        return posting.decided(None)
    return posting.decided(posting.freeze(grant.number, replace(request, amount=Micros(frozen)), freeze))


def decide_unfreeze(state: BookState, dispute: str, now: datetime) -> BookDecision[None]:
    """Release what a dispute froze, after it is decided."""
    posting = WalletPosting(state, now)
    begin(posting)
    end_freezes(posting, dispute)
    pay_overspend(posting)
    return posting.decided(None)


def end_freezes(posting: WalletPosting, dispute: str) -> None:
    """End the freezes of a dispute: extend their grants by their time, and free what they held."""
    frozen = [(grant.number, each) for grant in posting.grants.values() for each in grant.freezes]
    ended = [(number, freeze) for number, freeze in frozen if freeze.dispute == dispute]
    for number, freeze in ended:  # all first, so that none of them takes what another frees
        posting.set_freeze(number, freeze.key, None)
    for number, freeze in ended:
        holds = [hold_of(posting, hold_id) for hold_id in freeze.hold_ids]
        if holds:
            _extend_grant(posting, number, holds[0].created_at)
        for hold in holds:
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
