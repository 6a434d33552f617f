"""What no grant covered of the work already done, and how credit that comes free pays it."""

from collections.abc import Collection
from uuid import UUID

from apps.ledger.records import COVER, cover
from apps.ledger.state import HoldState
from apps.wallets.wallet_posting import WalletPosting


def begin(draft: WalletPosting, only: Collection[UUID] | None = None) -> list[HoldState]:
    """Close ended holds, and let credit that came free by that, or began, pay what is uncovered.

    With `only`, ended holds with other ids stay open. Return the holds that were closed.
    """
    ended = [hold for hold in draft.ended_holds() if only is None or hold.id in only]
    for hold in sorted(ended, key=lambda each: each.id):
        draft.close_hold(hold)
    now = draft.now
    has_begun = any(
        grant.starts_at is not None and grant.remaining_micros and grant.has_started(now)
        for grant in draft.grants.values()
    )
    if ended or has_begun:
        pay_overspend(draft)
    return ended


def pay_overspend(draft: WalletPosting) -> None:
    """Let credit that has come free pay what is uncovered, oldest first, as a new grant does.

    Otherwise it would lapse, or wait, beside a debt that it could have paid. The balance is the same before and after.
    """
    if not draft.short_micros:
        return
    parts: list[tuple[int, int, int]] = []
    for short in draft.open_shortfalls():
        paid = draft.burn(draft.spendable(), short.remaining_micros)
        if not paid.parts:
            break
        for part in paid.parts:
            # The note that says so is the next record: nothing else is posted meanwhile.
            draft.pay_short(part.grant, part.amount_micros, short, draft.journal.number + 1)
            parts.append((part.grant, short.number, part.amount_micros))
    if parts:
        draft.journal.note(COVER, cover(parts), draft.now)
