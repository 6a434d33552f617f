"""The one place that locks customers' books, and loads what stands behind them once they are locked."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.common.prepared import PreparedRows
from apps.common.writing import update_rows
from apps.ledger import services as ledger
from apps.ledger.errors import UnknownBook
from apps.ledger.models import Account, Book, Hold
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.errors import WalletNotFound
from apps.wallets.models import Grant, HoldSlice, Wallet
from apps.wallets.services.locked import LockedWallet
from apps.wallets.services.overspend import pay_overspend


def lock_wallets(organization_ids: Collection[UUID], *, now: datetime) -> dict[UUID, LockedWallet]:
    """Lock books in the order of their ids and return their wallets by organization.

    Ended holds are closed on the way, and credit that has come free or begun pays what is overspent.

    What is read here is read after the lock was granted, never in the statement that waited for it: that one would
    show the joined rows as they were before the wait.

    Raises:
        WalletNotFound: an organization has none.
    """
    wanted = sorted(set(organization_ids))
    try:
        books = ledger.lock_books(wanted)
    except UnknownBook as error:
        raise WalletNotFound from error
    rows = _WALLETS.rows(organization_ids=wanted)
    if len(rows) != len(wanted):
        raise WalletNotFound
    closed = close_ended_holds(books, now=now)
    organizations = {each.pk: each for each in _ORGANIZATIONS.rows(pks=wanted)}
    locked = {
        row.organization_id: LockedWallet(books[row.organization_id], row, organizations[row.organization_id], {})
        for row in rows
    }
    for grant in _UNSPENT.rows(organizations=wanted, now=now):
        locked[grant.organization_id].grants[grant.pk] = grant
    freed = list(locked.values()) if closed else [each for each in locked.values() if _has_begun(each, now)]
    if freed:
        pay_overspend(freed, now=now)
    return locked


def _has_begun(locked: LockedWallet, now: datetime) -> bool:
    """Say whether some credit began after it was granted: it pays what was overspent until then."""
    return any(grant.starts_at is not None and grant.has_started(now) for grant in locked.grants.values())


def _wallets(*, organization_ids: list[UUID]) -> QuerySet[Wallet]:
    return Wallet.objects.filter(organization_id__in=organization_ids).order_by("pk")


def _unspent(*, organizations: list[UUID], now: datetime) -> QuerySet[Grant]:
    counts = Q(expires_at=None) | Q(expires_at__gt=now) | Q(held_micros__gt=0)
    return Grant.objects.filter(counts, organization__in=organizations, remaining_micros__gt=0)


_WALLETS = PreparedRows[Wallet](_wallets)
_ORGANIZATIONS = PreparedRows[Organization](lambda *, pks: Organization.objects.filter(pk__in=pks))
_UNSPENT = PreparedRows[Grant](_unspent)


def lock_wallet(organization: Organization, *, now: datetime) -> LockedWallet:
    """Lock one organization's book and return its wallet.

    Raises:
        WalletNotFound: it has none.
    """
    return lock_wallets([organization.pk], now=now)[organization.pk]


def read_account(locked: LockedWallet, role: Role) -> Account:
    """Read one account of a locked wallet's organization anew."""
    place = (locked.book.pk, locked.code(role))
    return ledger.read_accounts([place])[place]


def close_ended_holds(books: Mapping[UUID, Book], *, now: datetime) -> int:
    """Close the pending holds of locked books whose end has come; return how many there were."""
    holds = _ENDED.rows(books=sorted(books), now=now)
    if not holds:
        return 0
    accounts = ledger.read_accounts([(hold.book_id, hold.account.code) for hold in holds]).values()
    ledger.close_holds(holds, books, {account.pk: account for account in accounts}, now=now)
    slices = HoldSlice.objects.filter(organization__in=sorted(books), hold__in=holds)
    free_slices(slices.select_related("grant"))
    return len(holds)


def _ended(*, books: list[UUID], now: datetime) -> QuerySet[Hold]:
    ended = Hold.objects.filter(book__in=books, status=Hold.Status.PENDING, expires_at__lte=now)
    return ended.select_related("account").order_by("pk")


_ENDED = PreparedRows[Hold](_ended)


def free_slices(slices: Iterable[HoldSlice]) -> list[Grant]:
    """Return what closed holds held to their grants, and the grants as they are now."""
    grants: dict[int, Grant] = {}
    for part in slices:
        grant = grants.setdefault(part.grant_id, part.grant)
        grant.held_micros -= part.amount_micros
    update_rows(list(grants.values()), "held_micros")
    return list(grants.values())
