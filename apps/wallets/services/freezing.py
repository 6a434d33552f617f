"""Credit that is set aside: which grants back a hold, and credit frozen because the payment for it is in dispute.

The time of a grant stands still while some of it is frozen: its end moves out by as long as the freeze lasted, so that
a dispute takes no time from the customer who keeps the credit, and the credit is there to be taken from one who loses
it. What was free of the grant, and lapsed meanwhile, stays lapsed.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.common.writing import insert_rows, update_rows
from apps.ledger import services as ledger
from apps.ledger.models import Hold
from apps.ledger.services import HoldRequest
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.burndown import Part
from apps.wallets.errors import HeldByDispute, NotReversible
from apps.wallets.models import Grant, HoldSlice
from apps.wallets.services.draft import Draft
from apps.wallets.services.expiry import post_expiry
from apps.wallets.services.grants import note_end
from apps.wallets.services.locked import LockedWallet
from apps.wallets.services.locks import free_slices, lock_wallet, read_account
from apps.wallets.services.overspend import pay_overspend


@serialized
def freeze_grant(
    *, grant: Grant, amount: Micros, key: str, created_by: str, now: datetime, description: str = ""
) -> Hold | None:
    """Set aside what is left free of one grant, up to `amount`, without an end: it is in dispute.

    Returns None where nothing of it is left to freeze. Once per key. It ends by `unfreeze` or `claw_back_grant` alone.
    """
    locked = lock_wallet(grant.organization, now=now)
    account = read_account(locked, Role.WALLET)
    if known := Hold.objects.filter(book=locked.book, key=key, account=account).first():
        return known
    fresh = locked.grants.get(grant.pk)
    frozen = min(amount, fresh.free_micros) if fresh and not fresh.is_expired(now) else 0
    if frozen <= 0:
        return None
    hold = ledger.place_hold(
        locked.book, account, HoldRequest(key, Micros(frozen), created_by, None, description), now=now
    )
    back_with(hold, locked, (Part(grant.pk, frozen),), is_freeze=True)
    return hold


@serialized
def unfreeze(*, organization: Organization, hold_id: UUID, now: datetime) -> Hold:
    """Give back what a dispute froze, once it was decided; a freeze that has ended stays as it is.

    Raises:
        HoldNotFound: the organization has no such hold.
    """
    locked = lock_wallet(organization, now=now)
    hold = ledger.read_hold(hold_id, locked.book.pk)
    end_freeze(locked, hold, now=now)
    pay_overspend([locked], now=now)
    return hold


def end_freeze(locked: LockedWallet, hold: Hold, *, now: datetime) -> None:
    """End a freeze that is still pending: its grants' time goes on, and what it held returns to them."""
    if hold.status != Hold.Status.PENDING:
        return
    for part in slices_of(hold).filter(is_freeze=True):
        _let_time_go_on(locked, locked.grants[part.grant_id], hold.created_at, now)
    end_hold(locked, hold, now=now)


def refuse_frozen_hold(hold: Hold, slices: Iterable[HoldSlice]) -> None:
    """Refuse to end or move by hand, given its slices, what a dispute holds.

    Raises:
        HeldByDispute: it is a freeze.
    """
    if any(part.is_freeze for part in slices):
        raise HeldByDispute(f"{hold.key} froze it until the dispute is decided")


def refuse_frozen(grant: Grant) -> None:
    """Refuse to take back a grant of which something is frozen; ask under its book's lock.

    Raises:
        NotReversible: the payment for it is in dispute.
    """
    if HoldSlice.objects.filter(
        organization=grant.organization_id, grant=grant, is_freeze=True, hold__status=Hold.Status.PENDING
    ).exists():
        raise NotReversible("It is frozen while its payment is in dispute; wait for the end of the dispute")


def slices_of(hold: Hold) -> QuerySet[HoldSlice]:
    """Return which grants back a hold, and with how much."""
    return HoldSlice.objects.filter(organization=hold.book_id, hold=hold)


def back_with(hold: Hold, locked: LockedWallet, parts: Sequence[Part], *, is_freeze: bool = False) -> None:
    """Name the grants that back a hold, and how much each holds."""
    for part in parts:
        locked.grants[part.grant_id].held_micros += part.amount_micros
    update_rows([locked.grants[part.grant_id] for part in parts], "held_micros")
    slices = [
        HoldSlice(
            organization_id=hold.book_id,
            hold=hold,
            grant_id=part.grant_id,
            amount_micros=part.amount_micros,
            is_freeze=is_freeze,
        )
        for part in parts
    ]
    insert_rows(slices)


def end_hold(locked: LockedWallet, hold: Hold, *, now: datetime) -> None:
    """End a pending hold with nothing captured, and return what it held to its grants, which are read anew."""
    account = read_account(locked, Role.WALLET)
    ledger.close_holds([hold], {locked.book.pk: locked.book}, {account.pk: account}, now=now)
    for grant in free_slices(slices_of(hold).select_related("grant")):
        locked.grants[grant.pk] = grant


def _let_time_go_on(locked: LockedWallet, grant: Grant, frozen_at: datetime, now: datetime) -> None:
    if grant.expires_at is None:
        return
    if grant.is_expired(now) and grant.free_micros:
        draft = Draft(now)
        post_expiry(draft, locked, grant)
        draft.post()
    end = grant.expires_at + (now - frozen_at)
    note_end(locked, grant, end, by="system:disputes", why="Its time stood still while it was frozen", now=now)
