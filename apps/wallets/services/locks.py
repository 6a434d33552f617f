"""The one place that locks wallets, and loads what stands behind them once they are locked."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.common.prepared import PreparedRows
from apps.common.writing import update_rows
from apps.ledger import services as ledger
from apps.ledger.models import Account, Hold
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.errors import WalletNotFound
from apps.wallets.models import Grant, HoldSlice, Wallet
from apps.wallets.services.locked import LockedWallet
from apps.wallets.services.overspend import pay_overspend


def lock_wallets(organization_ids: Collection[UUID], *, now: datetime) -> dict[UUID, LockedWallet]:
    """Lock wallets in primary-key order and return them by organization; ended holds are closed on the way, and
    credit that has come free or begun pays what is overspent.

    What is read here is read after the lock was granted, never in the statement that waited for it: that one would
    show the joined rows as they were before the wait.

    Raises:
        WalletNotFound: an organization has none.
    """
    wanted = list(set(organization_ids))
    rows = _WALLETS.rows(organization_ids=wanted)
    if len(rows) != len(wanted):
        raise WalletNotFound
    closed = close_ended_holds(rows, now=now)
    organizations = {each.pk: each for each in _ORGANIZATIONS.rows(pks=wanted)}
    locked = {row.organization_id: LockedWallet(row, organizations[row.organization_id], {}) for row in rows}
    by_wallet = {each.wallet.pk: each for each in locked.values()}
    for grant in _UNSPENT.rows(wallets=list(by_wallet), now=now):
        by_wallet[grant.wallet_id].grants[grant.pk] = grant
    freed = list(locked.values()) if closed else [each for each in locked.values() if _has_begun(each, now)]
    if freed:
        pay_overspend(freed, now=now)
    return locked


def _has_begun(locked: LockedWallet, now: datetime) -> bool:
    """Say whether some credit began after it was granted: it pays what was overspent until then."""
    return any(grant.starts_at is not None and grant.has_started(now) for grant in locked.grants.values())


def _wallets(*, organization_ids: list[UUID]) -> QuerySet[Wallet]:
    rows = Wallet.objects.select_for_update(no_key=True).filter(organization_id__in=organization_ids)
    return rows.order_by("pk")


def _unspent(*, wallets: list[int], now: datetime) -> QuerySet[Grant]:
    counts = Q(expires_at=None) | Q(expires_at__gt=now) | Q(held_micros__gt=0)
    return Grant.objects.filter(counts, wallet__in=wallets, remaining_micros__gt=0)


_WALLETS = PreparedRows[Wallet](_wallets)
_ORGANIZATIONS = PreparedRows[Organization](lambda *, pks: Organization.objects.filter(pk__in=pks))
_UNSPENT = PreparedRows[Grant](_unspent)


def lock_wallet(organization: Organization, *, now: datetime) -> LockedWallet:
    """Lock one organization's wallet.

    Raises:
        WalletNotFound: it has none.
    """
    return lock_wallets([organization.pk], now=now)[organization.pk]


def lock_account(locked: LockedWallet, role: Role) -> Account:
    """Lock one account of a locked wallet's organization and read it anew."""
    code = locked.code(role)
    return ledger.lock_accounts([code])[code]


def close_ended_holds(wallets: Collection[Wallet], *, now: datetime) -> int:
    """Close the pending holds of locked wallets whose end has come; return how many there were."""
    holds = _ENDED.rows(accounts=[wallet.account_id for wallet in wallets], now=now)
    if not holds:
        return 0
    accounts = ledger.lock_accounts({hold.account.code for hold in holds}).values()
    ledger.close_holds(holds, {account.pk: account for account in accounts}, now=now)
    free_slices(HoldSlice.objects.filter(hold__in=holds).select_related("grant"))
    return len(holds)


def _ended(*, accounts: list[int], now: datetime) -> QuerySet[Hold]:
    ended = Hold.objects.filter(account__in=accounts, status=Hold.Status.PENDING, expires_at__lte=now)
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
