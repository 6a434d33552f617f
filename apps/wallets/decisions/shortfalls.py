"""Cover shortfalls with credit that becomes free."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from apps.common.money import from_micros
from apps.ledger.records import COVER, cover
from apps.ledger.state import HoldState
from apps.wallets.budgets.state import Notice
from apps.wallets.state import MoreRowsNeeded
from apps.wallets.wallet_posting import WalletPosting


def begin(posting: WalletPosting, only: Collection[UUID] | None = None) -> list[HoldState]:
    """Close ended holds, and cover shortfalls with credit that this freed or that has started.

    With `only`, ended holds with other ids stay open. Return the holds that were closed.

    Raises:
        MoreRowsNeeded: a grant that was not read may have to cover a shortfall.
    """
    if posting.short_micros and posting.state.unread is not None:
        raise MoreRowsNeeded
    ended = [hold for hold in posting.ended_holds() if only is None or hold.id in only]
    for hold in sorted(ended, key=lambda each: each.id):
        posting.close_hold(hold)
        posting.budgets.notices.append(_expired(hold, posting.now))
    now = posting.now
    has_begun = any(
        grant.starts_at is not None and grant.remaining_micros and grant.has_started(now)
        for grant in posting.grants.values()
    )
    if ended or has_begun:
        pay_overspend(posting)
    return ended


def _expired(hold: HoldState, now: datetime) -> Notice:
    """Return the notice of a reservation that ended without a capture."""
    amount, dimensions = from_micros(hold.amount_micros), hold.metadata.get("dimensions", {})
    data = {"id": str(hold.id), "version": 1, "amount": amount, "dimensions": dimensions}
    return Notice("reservation.expired", str(hold.id), data, now)


def pay_overspend(posting: WalletPosting) -> None:
    """Cover open shortfalls with unheld credit, oldest first, as a new grant does. The balance does not change.

    Without this, credit could expire while a shortfall that it could cover is open.
    """
    if not posting.short_micros:
        return
    parts: list[tuple[int, int, int]] = []
    for short in posting.open_shortfalls():
        paid = posting.burn(posting.spendable(), short.remaining_micros)
        if not paid.parts:
            break
        for part in paid.parts:
            # The note below is the next record, since nothing else is posted before it.
            posting.pay_short(part.grant, part.amount_micros, short, posting.journal.number + 1)
            parts.append((part.grant, short.number, part.amount_micros))
    if parts:
        posting.journal.note(COVER, cover(parts), posting.now)
