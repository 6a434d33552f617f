"""Cover shortfalls with credit that becomes free."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from apps.common.money import from_micros
from apps.ledger.records import COVER, cover
from apps.ledger.state import HoldState
from apps.wallets.budgets.state import Notice
from apps.wallets.state import NeedsMore
from apps.wallets.wallet_posting import WalletPosting


def begin(draft: WalletPosting, only: Collection[UUID] | None = None) -> list[HoldState]:
    """Close ended holds, and cover shortfalls with credit that this freed or that has started.

    With `only`, ended holds with other ids stay open. Return the holds that were closed.

    Raises:
        NeedsMore: a grant that was not read may have to cover a shortfall.
    """
    if draft.short_micros and draft.state.unread is not None:
        raise NeedsMore
    ended = [hold for hold in draft.ended_holds() if only is None or hold.id in only]
    for hold in sorted(ended, key=lambda each: each.id):
        draft.close_hold(hold)
        draft.budgets.notices.append(_expired(hold, draft.now))
    now = draft.now
    has_begun = any(
        grant.starts_at is not None and grant.remaining_micros and grant.has_started(now)
        for grant in draft.grants.values()
    )
    if ended or has_begun:
        pay_overspend(draft)
    return ended


def _expired(hold: HoldState, now: datetime) -> Notice:
    """Return the notice of a reservation that ended without a capture."""
    amount, dimensions = from_micros(hold.amount_micros), hold.metadata.get("dimensions", {})
    data = {"id": str(hold.id), "version": 1, "amount": amount, "dimensions": dimensions}
    return Notice("reservation.expired", str(hold.id), data, now)


def pay_overspend(draft: WalletPosting) -> None:
    """Cover open shortfalls with unheld credit, oldest first, as a new grant does. The balance does not change.

    Without this, credit could expire while a shortfall that it could cover is open.
    """
    if not draft.short_micros:
        return
    parts: list[tuple[int, int, int]] = []
    for short in draft.open_shortfalls():
        paid = draft.burn(draft.spendable(), short.remaining_micros)
        if not paid.parts:
            break
        for part in paid.parts:
            # The note below is the next record, since nothing else is posted before it.
            draft.pay_short(part.grant, part.amount_micros, short, draft.journal.number + 1)
            parts.append((part.grant, short.number, part.amount_micros))
    if parts:
        draft.journal.note(COVER, cover(parts), draft.now)
