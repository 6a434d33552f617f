"""Freeze credit while its payment is in dispute.

When a freeze ends, the grant's expiry moves out by the duration of the freeze. A customer who wins thus loses no time,
and if the customer loses, the credit can still be taken. An unfrozen part that expired meanwhile stays expired.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from apps.common.money import Micros
from apps.ledger.requests import HoldRequest
from apps.ledger.state import PENDING, HoldState
from apps.wallets.accounts import Role
from apps.wallets.burndown import Part
from apps.wallets.decisions.expiry import post_expiry
from apps.wallets.decisions.holds import hold_of
from apps.wallets.decisions.shortfalls import begin, pay_overspend
from apps.wallets.state import BookState, Decided, GrantState
from apps.wallets.wallet_posting import WalletPosting, unchanged


def decide_freeze(state: BookState, grant_id: int, request: HoldRequest, now: datetime) -> Decided[HoldState | None]:
    """Hold the free part of one grant, up to the request's amount; the result is None if nothing is free."""
    draft = WalletPosting(state, now)
    known = [hold for hold in draft.journal.holds.values() if hold.key == request.key]
    if known:
        return unchanged(state, known[0])
    begin(draft)
    grant = grant_of(draft, grant_id)
    frozen = min(request.amount, grant.free_micros) if not grant.is_expired(now) else 0
    if frozen <= 0:
        return draft.decided(None)
    hold = draft.journal.place_hold(draft.account(Role.WALLET), replace(request, amount=Micros(frozen)), now)
    draft.set_aside(hold, (Part(grant.number, frozen),), is_freeze=True)
    return draft.decided(hold)


def decide_unfreeze(state: BookState, hold_id: UUID, now: datetime) -> Decided[HoldState]:
    """Release what a dispute froze, after the dispute is decided; a freeze that has ended stays unchanged."""
    draft = WalletPosting(state, now)
    begin(draft)
    end_freeze(draft, hold_of(draft, hold_id))
    pay_overspend(draft)
    return draft.decided(hold_of(draft, hold_id))


def end_freeze(draft: WalletPosting, hold: HoldState) -> None:
    """End a pending freeze: extend its grants by the time of the freeze, and free what it held."""
    if hold.status != PENDING:
        return
    for part in draft.slices_of(hold.id):
        if part.is_freeze:
            _extend_grant(draft, part.grant, hold.created_at)
    draft.close_hold(hold)


def _extend_grant(draft: WalletPosting, number: int, frozen_at: datetime) -> None:
    grant = draft.grants[number]
    if grant.expires_at is None:
        return
    if grant.is_expired(draft.now) and grant.free_micros:
        post_expiry(draft, grant)
    end = grant.expires_at + (draft.now - frozen_at)
    draft.note_end(number, end, by="system:disputes", why="Extended by the time it was frozen")


def grant_of(draft: WalletPosting, grant_id: int) -> GrantState:
    """Return a grant by its id; it must be among the grants that were read."""
    return next(grant for grant in draft.grants.values() if grant.id == grant_id)
