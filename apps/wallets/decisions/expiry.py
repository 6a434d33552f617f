"""Close ended holds and post the expiry of grants."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from apps.common.money import Micros
from apps.ledger.requests import TransferRequest
from apps.ledger.state import HoldState
from apps.wallets.accounts import Role
from apps.wallets.causes import GRANT
from apps.wallets.decisions.shortfalls import begin
from apps.wallets.kinds import Kind
from apps.wallets.state import BookDecision, BookState, GrantState
from apps.wallets.wallet_posting import WalletPosting


def decide_ends(state: BookState, now: datetime) -> BookDecision[bool]:
    """Close ended holds, and cover shortfalls with credit that this freed or that has started."""
    posting = WalletPosting(state, now)
    begin(posting)
    return posting.decided(True)


def decide_ends_of(state: BookState, now: datetime, hold_ids: Collection[UUID]) -> BookDecision[list[HoldState]]:
    """Close the given holds that have ended, by the rules of `decide_ends`; return them as they were before."""
    posting = WalletPosting(state, now)
    ended = begin(posting, only=hold_ids)
    return posting.decided(ended)


def decide_expiry(state: BookState, now: datetime) -> BookDecision[bool]:
    """Post the expiry of all expired grants; return whether any had expired."""
    posting = WalletPosting(state, now)
    begin(posting)
    lapsed = [posting.grants[number] for number in sorted(posting.grants)]
    lapsed = [grant for grant in lapsed if grant.is_expired(now) and grant.free_micros > 0]
    for grant in lapsed:
        post_expiry(posting, grant)
    return posting.decided(bool(lapsed))


def post_expiry(posting: WalletPosting, grant: GrantState) -> None:
    """Move the unheld rest of an expired grant out of the wallet: paid credit to breakage, other to promotions."""
    request = TransferRequest(
        book_id=posting.book_id,
        key=f"grant-expiry:{grant.id}:after:{grant.lapsed_micros}",
        source=posting.code(Role.WALLET),
        destination=posting.code(Role.BREAKAGE if grant.is_paid else Role.PROMOTIONS),
        amount=Micros(grant.free_micros),
        kind=Kind.EXPIRY,
        created_by="system:expiry",
        cause=GRANT.of(grant.id),
        description=f"Expired: {grant.description}",
    )
    posting.lapse(grant.number, posting.move(request))
