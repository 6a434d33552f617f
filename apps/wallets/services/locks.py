"""The one place that locks wallets, and loads what stands behind them once they are locked."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from apps.common.prepared import PreparedRows
from apps.common.writing import insert_rows, update_rows
from apps.ledger import services as ledger
from apps.ledger.models import Account, Hold
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of
from apps.wallets.burndown import burn
from apps.wallets.errors import WalletNotFound
from apps.wallets.models import Consumption, Grant, HoldSlice, Shortfall, Wallet

SHORTFALLS_AT_ONCE = 500


@dataclass(slots=True)
class LockedWallet:
    """A wallet locked until the transaction ends, its organization, and the grants that still hold credit.

    `grants` has every grant with something left that counts now: unexpired, or expired with a part still held.
    """

    wallet: Wallet
    organization: Organization
    grants: dict[int, Grant]

    def spendable(self, now: datetime) -> list[Grant]:
        """Grants that are not expired; their free parts may be burnt."""
        return [grant for grant in self.grants.values() if not grant.is_expired(now)]

    def code(self, role: Role) -> str:
        """Code of one of the organization's accounts."""
        return code_of(self.organization.pk, role)


def lock_wallets(organization_ids: Collection[UUID], *, now: datetime) -> dict[UUID, LockedWallet]:
    """Lock wallets in primary-key order and return them by organization; ended holds are closed on the way.

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
    if closed:
        pay_overspend(list(locked.values()), now=now)
    return locked


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


def overspend_micros(locked: LockedWallet) -> int:
    """Return what is still uncovered of a locked wallet, in micros, however many charges left it so."""
    rows = Shortfall.objects.filter(wallet=locked.wallet, remaining_micros__gt=0)
    return int(rows.aggregate(total=Coalesce(Sum("remaining_micros"), 0))["total"])


def open_shortfalls(locked: LockedWallet) -> Iterator[Shortfall]:
    """Yield what is still uncovered, oldest first, reading no further than it is asked for."""
    last, more = 0, True
    while more:
        some = _SHORTFALLS.rows(wallet=locked.wallet.pk, after=last)
        yield from some
        more = len(some) == SHORTFALLS_AT_ONCE
        last = some[-1].pk if more else last


def _shortfalls(*, wallet: int, after: int) -> QuerySet[Shortfall]:
    rows = Shortfall.objects.filter(wallet=wallet, remaining_micros__gt=0, pk__gt=after)
    return rows.select_related("transfer").order_by("pk")[:SHORTFALLS_AT_ONCE]


_SHORTFALLS = PreparedRows[Shortfall](_shortfalls)


def pay_overspend(wallets: Sequence[LockedWallet], *, now: datetime) -> None:
    """Let credit of locked wallets that has come free pay what is uncovered, oldest first, as a new grant does.

    Otherwise it would lapse, or wait, beside a debt that it could have paid. The balance is the same before and after.
    """
    free = {each.wallet.pk: each for each in wallets if any(grant.free_micros for grant in each.spendable(now))}
    uncovered = Shortfall.objects.filter(wallet__in=free, remaining_micros__gt=0)
    for pk in uncovered.order_by("wallet").values_list("wallet", flat=True).distinct() if free else ():
        _pay_overspend(free[pk], now)


def _pay_overspend(locked: LockedWallet, now: datetime) -> None:
    paid: list[Shortfall] = []
    consumed: list[Consumption] = []
    for shortfall in open_shortfalls(locked):
        burnt = burn((grant.as_slice() for grant in locked.spendable(now)), shortfall.remaining_micros)
        if not burnt.parts:
            break
        shortfall.remaining_micros = burnt.uncovered_micros
        paid.append(shortfall)
        for part in burnt.parts:
            locked.grants[part.grant_id].remaining_micros -= part.amount_micros
            consumed.append(
                Consumption(
                    wallet=locked.wallet,
                    grant_id=part.grant_id,
                    transfer_id=shortfall.transfer_id,
                    amount_micros=part.amount_micros,
                    recorded_at=now,
                )
            )
    update_rows(paid, "remaining_micros")
    update_rows([locked.grants[pk] for pk in {each.grant_id for each in consumed}], "remaining_micros")
    insert_rows(consumed)


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
