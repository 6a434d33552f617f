"""What a wallet shows: figures in one statement, pages by key, sums from rollups. Nothing here adds up a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import Case, Count, F, Model, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce

from apps.common.periods import Period
from apps.common.prepared import PreparedQuery, PreparedRows
from apps.ledger.keys import beside
from apps.ledger.models import Account, Checkpoint, Entry, Hold, Transfer
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of
from apps.wallets.budget import Budget
from apps.wallets.errors import WalletNotFound
from apps.wallets.keys import OVER
from apps.wallets.models import (
    CHARGES,
    REVERSIBLE_BY_STAFF,
    Consumption,
    DayTotal,
    EntryType,
    Grant,
    HoldSlice,
    Shortfall,
    Wallet,
)

# What pages hold, by the names that other apps know them by.
WalletEntry: TypeAlias = Entry
Reservation: TypeAlias = Hold

_QUOTA = [Grant.Source.INCLUDED_QUOTA]
_TOP_UP = [Grant.Source.TOP_UP]
_LEGACY = [source for source in Grant.Source if source not in (*_QUOTA, *_TOP_UP)]


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletFigures:
    """A wallet at a moment, all amounts in micros of `currency`; expired credit and ended holds do not count.

    `balance` = quota + top-up + legacy - overspend; `available` follows the rule of admission (`Budget`).
    `wallet_row` and `journal` are both before time-based expiry and differ only where the books were tampered with.
    """

    currency: str
    account_id: int
    account_code: str
    posted_micros: int
    held_micros: int
    quota_micros: int
    free_quota_micros: int
    top_up_micros: int
    legacy_micros: int
    overspend_micros: int
    outstanding_micros: int
    postpaid_limit_micros: int
    usage_billing_enabled: bool
    top_up_purchased_micros: int
    free_credit_granted: bool
    wallet_row_micros: int
    journal_micros: int
    created_at: datetime
    updated_at: datetime

    @property
    def balance_micros(self) -> int:
        """Unexpired credit less overspend."""
        return self.quota_micros + self.top_up_micros + self.legacy_micros - self.overspend_micros

    @property
    def available_micros(self) -> int:
        """What new work may spend."""
        budget = Budget(
            credit_micros=self.quota_micros + self.top_up_micros + self.legacy_micros,
            overspend_micros=self.overspend_micros,
            held_micros=self.held_micros,
            postpaid_limit_micros=self.postpaid_limit_micros,
            outstanding_micros=self.outstanding_micros,
            free_quota_micros=self.free_quota_micros,
            beyond_quota=self.usage_billing_enabled,
        )
        return budget.available_micros


def require_wallet(organization: Organization) -> None:
    """Refuse an organization that nothing can be granted to.

    Raises:
        WalletNotFound: it has no wallet.
    """
    if not Wallet.objects.filter(organization=organization).exists():
        raise WalletNotFound


def wallet_figures(organization: Organization, now: datetime) -> WalletFigures:
    """Return the figures of an organization's wallet, read in one statement.

    Raises:
        WalletNotFound: it has no wallet.
    """
    rows = _FIGURES.rows(organization_id=organization.pk, receivable=code_of(organization.pk, Role.RECEIVABLE), now=now)
    if not rows:
        raise WalletNotFound
    return _figures(organization, rows[0])


def _figures_query(*, organization_id: UUID, receivable: str, now: datetime) -> QuerySet[Wallet, Any]:
    return (
        Wallet.objects.filter(organization=organization_id)
        .annotate(
            posted=F("account__balance_micros"),
            held=F("account__held_micros"),
            ended=_sum(Hold.objects.filter(_pending_of("account_id"), expires_at__lte=now), "account"),
            pending=_sum(Hold.objects.filter(_pending_of("account_id")), "account"),
            quota=_live(_QUOTA, now),
            free_quota=_free(_QUOTA, now),
            top_up=_live(_TOP_UP, now),
            legacy=_live(_LEGACY, now),
            overspend=_sum(
                Shortfall.objects.filter(wallet=OuterRef("pk"), remaining_micros__gt=0), "wallet", "remaining_micros"
            ),
            purchased=_sum(Grant.objects.filter(wallet=OuterRef("pk"), source__in=_TOP_UP), "wallet"),
            signups=_count(Grant.objects.filter(wallet=OuterRef("pk"), source=Grant.Source.SIGNUP), "wallet"),
            receivable=Subquery(Account.objects.filter(code=receivable).values("balance_micros")),
            proven=Coalesce(Subquery(_checkpoint("entries_micros")), 0),
            since=_sum(
                Entry.objects.filter(
                    account=OuterRef("account_id"),
                    account_version__gt=Coalesce(Subquery(_checkpoint("through_version", outer=2)), 0),
                ),
                "account",
            ),
        )
        .values()
    )


_FIGURES = PreparedQuery(_figures_query)


def _figures(organization: Organization, row: Mapping[str, Any]) -> WalletFigures:
    postpaid = organization.billing_mode == Organization.BillingMode.POSTPAID
    return WalletFigures(
        currency=organization.currency,
        account_id=row["account_id"],
        account_code=code_of(organization.pk, Role.WALLET),
        posted_micros=row["posted"],
        held_micros=row["held"] - row["ended"],
        quota_micros=row["quota"],
        free_quota_micros=row["free_quota"],
        top_up_micros=row["top_up"],
        legacy_micros=row["legacy"],
        overspend_micros=row["overspend"],
        outstanding_micros=max(0, -row["receivable"]),
        postpaid_limit_micros=organization.postpaid_limit_micros if postpaid else 0,
        usage_billing_enabled=organization.usage_billing_enabled,
        top_up_purchased_micros=row["purchased"],
        free_credit_granted=row["signups"] > 0,
        wallet_row_micros=row["posted"] - row["held"],
        journal_micros=row["proven"] + row["since"] - row["pending"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _pending_of(account: str) -> Q:
    return Q(account=OuterRef(account), status=Hold.Status.PENDING)


def _live(sources: Sequence[str], now: datetime) -> CombinedExpression:
    """Sum of the credit of some sources that counts: what remains of unexpired grants, what live holds hold of expired.

    An expired grant's held part is what its row says less the slices of holds that have ended and are not yet swept.
    """
    grants = Grant.objects.filter(wallet=OuterRef("pk"), source__in=sources, remaining_micros__gt=0)
    counted = Case(When(expires_at__lte=now, then=F("held_micros")), default=F("remaining_micros"))
    total = Coalesce(Subquery(_grouped(grants, "wallet").annotate(total=Sum(counted)).values("total")), 0)
    ended = HoldSlice.objects.filter(
        hold__account=OuterRef("account_id"),
        hold__status=Hold.Status.PENDING,
        hold__expires_at__lte=now,
        grant__source__in=sources,
        grant__expires_at__lte=now,
    )
    return total - _sum(ended, "hold__account")


def _free(sources: Sequence[str], now: datetime) -> CombinedExpression:
    """Sum of what no live hold holds of the unexpired grants of some sources."""
    unexpired = Q(expires_at=None) | Q(expires_at__gt=now)
    grants = Grant.objects.filter(unexpired, wallet=OuterRef("pk"), source__in=sources, remaining_micros__gt=0)
    free = _grouped(grants, "wallet").annotate(total=Sum(F("remaining_micros") - F("held_micros"))).values("total")
    ended = HoldSlice.objects.filter(
        Q(grant__expires_at=None) | Q(grant__expires_at__gt=now),
        hold__account=OuterRef("account_id"),
        hold__status=Hold.Status.PENDING,
        hold__expires_at__lte=now,
        grant__source__in=sources,
    )
    return Coalesce(Subquery(free), 0) + _sum(ended, "hold__account")


def _grouped(rows: QuerySet[Model], by: str) -> QuerySet[Model]:
    return rows.order_by().values(by)  # type: ignore[return-value]


def _sum(rows: QuerySet[Model], by: str, column: str = "amount_micros") -> Coalesce:
    return Coalesce(Subquery(_grouped(rows, by).annotate(total=Sum(column)).values("total")), 0)


def _count(rows: QuerySet[Model], by: str) -> Coalesce:
    return Coalesce(Subquery(_grouped(rows, by).annotate(total=Count("pk")).values("total")), 0)


def _checkpoint(column: str, outer: int = 1) -> QuerySet[Any, Any]:
    account = OuterRef("account_id") if outer == 1 else OuterRef(OuterRef("account_id"))
    rows: QuerySet[Any, Any] = Checkpoint.objects.filter(account=account).values(column)
    return rows


@dataclass(frozen=True, slots=True)
class EntryCursor:
    """Where a page of entries ended; the next one begins right behind it."""

    recorded_at: datetime
    account_version: int


def entries_page(
    organization: Organization, *, since: datetime, limit: int, after: EntryCursor | None = None
) -> list[Entry]:
    """Return up to `limit` entries of the wallet account, newest first, with their transfers, in one statement."""
    code = code_of(organization.pk, Role.WALLET)
    if after is None:
        return _PAGE.rows(code=code, since=since, limit=limit)
    at, version = after.recorded_at, after.account_version
    return _PAGE_BEHIND.rows(code=code, since=since, limit=limit, at=at, version=version)


def _page(*, code: str, since: datetime, limit: int) -> QuerySet[Entry]:
    return _newest_first(Entry.objects.filter(account=_account_id(code), recorded_at__gte=since), limit)


def _page_behind(*, code: str, since: datetime, limit: int, at: datetime, version: int) -> QuerySet[Entry]:
    rows = Entry.objects.filter(account=_account_id(code), recorded_at__gte=since, recorded_at__lte=at)
    return _newest_first(rows.filter(Q(recorded_at__lt=at) | Q(recorded_at=at, account_version__lt=version)), limit)


def _newest_first(rows: QuerySet[Entry], limit: int) -> QuerySet[Entry]:
    return rows.select_related("transfer").order_by("-recorded_at", "-account_version")[:limit]


_PAGE = PreparedRows[Entry](_page, shaped_by=["limit"])
_PAGE_BEHIND = PreparedRows[Entry](_page_behind, shaped_by=["limit"])


def _account_id(code: str) -> Subquery:
    """An account's id as one value, which keeps the planner on the index that the page is ordered by."""
    return Subquery(Account.objects.filter(code=code).values("pk"))


def recent_grants(organization: Organization, limit: int) -> list[Grant]:
    """Return the newest grants, newest first."""
    return _NEWEST_GRANTS.rows(organization_id=organization.pk, limit=limit)


def _newest_grants(*, organization_id: UUID, limit: int) -> QuerySet[Grant]:
    # The wallet as one value keeps the planner on the index that the page is ordered by.
    wallet = Subquery(Wallet.objects.filter(organization=organization_id).values("pk"))
    return Grant.objects.filter(wallet=wallet).order_by("-granted_at", "-pk")[:limit]


def recent_reservations(organization: Organization, limit: int) -> list[Hold]:
    """Return the newest reservations, newest first."""
    return _NEWEST_HOLDS.rows(code=code_of(organization.pk, Role.WALLET), limit=limit)


def _newest_holds(*, code: str, limit: int) -> QuerySet[Hold]:
    return Hold.objects.filter(account=_account_id(code)).order_by("-created_at", "-pk")[:limit]


_NEWEST_GRANTS = PreparedRows[Grant](_newest_grants, shaped_by=["limit"])
_NEWEST_HOLDS = PreparedRows[Hold](_newest_holds, shaped_by=["limit"])


def reservation_status(hold: Hold, now: datetime) -> str:
    """Return a reservation's status by time: a pending one whose end has come is expired, swept or not."""
    ended = hold.status == Hold.Status.PENDING and hold.expires_at is not None and hold.expires_at <= now
    return str(Hold.Status.EXPIRED if ended else hold.status)


def charged_between(organization: Organization, period: Period) -> int:
    """Return what was charged on the wallet in a period of whole UTC days, in micros, less what was given back."""
    first, end = _days_of(period)
    rows = _CHARGED.rows(organization_id=organization.pk, first=first, end=end)
    return -int(sum(row["total"] for row in rows))


def _charged(*, organization_id: UUID, first: date, end: date) -> QuerySet[DayTotal, Any]:
    rows = DayTotal.objects.filter(wallet__organization=organization_id, day__gte=first, day__lt=end, kind__in=CHARGES)
    return rows.order_by().values("wallet").annotate(total=Sum("amount_micros"))


_CHARGED = PreparedQuery(_charged)


def day_totals(organization: Organization, period: Period) -> list[DayTotal]:
    """Return what moved on the wallet by day and kind, oldest first."""
    first, end = _days_of(period)
    rows = DayTotal.objects.filter(wallet__organization=organization, day__gte=first, day__lt=end)
    return list(rows.order_by("day", "kind"))


def _days_of(period: Period) -> tuple[date, date]:
    return period.start.astimezone(UTC).date(), period.end.astimezone(UTC).date()


def balance_as_of(organization: Organization, at: datetime, role: Role = Role.WALLET) -> int:
    """Return what an account's posted balance was at a moment, in micros, counting what was effective by then."""
    later = _sum(Entry.objects.filter(account=OuterRef("pk"), effective_at__gt=at), "account")
    account = Account.objects.filter(code=code_of(organization.pk, role))
    # In one statement: between two, an entry could be in the one and not in the other.
    return int(account.values_list(F("balance_micros") - later, flat=True).get())


def cleared_since(organization: Organization, at: datetime) -> int:
    """Return what of a postpaid organization's debt was cleared after a moment, in micros."""
    entries = Entry.objects.filter(account__code=code_of(organization.pk, Role.RECEIVABLE), effective_at__gt=at)
    return int(entries.filter(amount_micros__gt=0).aggregate(total=Coalesce(Sum("amount_micros"), 0))["total"])


def account_balances(organization: Organization) -> dict[Role, int]:
    """Return the posted balance of every account of an organization, in micros."""
    codes = {code_of(organization.pk, role): role for role in Role}
    rows = Account.objects.filter(code__in=codes).values_list("code", "balance_micros")
    return {codes[code]: balance for code, balance in rows}


def grant_for_key(key: str) -> Grant | None:
    """Return the grant made under a key."""
    return Grant.objects.select_related("wallet__organization").filter(key=key).first()


def overpaid_grant(payment_key: str) -> Grant | None:
    """Return the credit that a payment of a postpaid organization left over, by the payment's key."""
    return Grant.objects.select_related("wallet__organization").filter(key=beside(payment_key, OVER)).first()


def returned_micros(grant: Grant) -> int:
    """Return how much of what a grant brought in went back already, by refunds and disputes that stand, in micros."""
    return Grant.objects.values_list("returned_micros", flat=True).get(pk=grant.pk)


def why_not_reversible(transfer: Transfer, grant: Grant | None) -> str:
    """Return the rule by which staff may not reverse a transfer, or take back the grant it made; empty if they may."""
    if grant is not None and grant.paid_micros:
        return "It was paid for: refund it instead"
    roles = (transfer.source.code.rpartition(":")[2], transfer.destination.code.rpartition(":")[2])
    if (transfer.kind, *roles) in REVERSIBLE_BY_STAFF:
        return ""
    if transfer.kind == EntryType.REVERSAL:
        return "It is a reversal itself"
    return f"Staff do not reverse {transfer.kind} from {roles[0]} to {roles[1]}: what posted it keeps its own account"


def spent_on(grant: Grant, limit: int) -> list[Consumption]:
    """Return the newest transfers that a grant paid for."""
    return list(grant.consumptions.select_related("transfer").order_by("-pk")[:limit])


def funded_by(transfer_id: int) -> list[Consumption]:
    """Return which grants paid for a transfer, in the order they were burnt."""
    return list(Consumption.objects.filter(transfer_id=transfer_id).select_related("grant").order_by("pk"))
