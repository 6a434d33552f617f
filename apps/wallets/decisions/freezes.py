"""Credit frozen because the payment for it is in dispute.

The time of a grant stands still while some of it is frozen: its end moves out by as long as the freeze lasted, so that
a dispute takes no time from the customer who keeps the credit, and the credit is there to be taken from one who loses
it. What was free of the grant, and lapsed meanwhile, stays lapsed.
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
    """Set aside what is left free of one grant, up to the request's amount; None where nothing is left of it."""
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
    """Give back what a dispute froze, once it was decided; a freeze that has ended stays as it is."""
    draft = WalletPosting(state, now)
    begin(draft)
    end_freeze(draft, hold_of(draft, hold_id))
    pay_overspend(draft)
    return draft.decided(hold_of(draft, hold_id))


def end_freeze(draft: WalletPosting, hold: HoldState) -> None:
    """End a freeze that is still pending: its grants' time goes on, and what it held returns to them."""
    if hold.status != PENDING:
        return
    for part in draft.slices_of(hold.id):
        if part.is_freeze:
            _let_time_go_on(draft, part.grant, hold.created_at)
    draft.close_hold(hold)


def _let_time_go_on(draft: WalletPosting, number: int, frozen_at: datetime) -> None:
    grant = draft.grants[number]
    if grant.expires_at is None:
        return
    if grant.is_expired(draft.now) and grant.free_micros:
        post_expiry(draft, grant)
    end = grant.expires_at + (draft.now - frozen_at)
    draft.note_end(number, end, by="system:disputes", why="Its time stood still while it was frozen")


def grant_of(draft: WalletPosting, grant_id: int) -> GrantState:
    """Return a grant of the book by its id, which the opening was asked for."""
    return next(grant for grant in draft.grants.values() if grant.id == grant_id)
