"""A wallet at a moment, read in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce

from apps.common.prepared import PreparedQuery
from apps.ledger.models import Account, Checkpoint, Entry, Hold
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of
from apps.wallets.errors import WalletNotFound
from apps.wallets.funds import Funds
from apps.wallets.models import Grant, HoldSlice, Shortfall, Wallet
from apps.wallets.selectors.subqueries import counted, grouped, summed

_QUOTA = [Grant.Source.INCLUDED_QUOTA]
_TOP_UP = [Grant.Source.TOP_UP]
_LEGACY = [source for source in Grant.Source if source not in (*_QUOTA, *_TOP_UP)]


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletFigures:
    """A wallet at a moment, all amounts in micros of `currency`; expired credit, credit that
    has not begun and ended holds do not count.

    `balance` = quota + top-up + legacy - overspend; `available` follows the rule of admission (`Funds`).
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
        funds = Funds(
            credit_micros=self.quota_micros + self.top_up_micros + self.legacy_micros,
            overspend_micros=self.overspend_micros,
            held_micros=self.held_micros,
            postpaid_limit_micros=self.postpaid_limit_micros,
            outstanding_micros=self.outstanding_micros,
            free_quota_micros=self.free_quota_micros,
            beyond_quota=self.usage_billing_enabled,
        )
        return funds.available_micros


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
            ended=summed(Hold.objects.filter(_pending_of("account_id"), expires_at__lte=now), "account"),
            pending=summed(Hold.objects.filter(_pending_of("account_id")), "account"),
            quota=_live(_QUOTA, now),
            free_quota=_free(_QUOTA, now),
            top_up=_live(_TOP_UP, now),
            legacy=_live(_LEGACY, now),
            overspend=summed(
                Shortfall.objects.filter(organization=OuterRef("organization"), remaining_micros__gt=0),
                "organization",
                "remaining_micros",
            ),
            purchased=summed(_grants(source__in=_TOP_UP), "organization"),
            signups=counted(_grants(source=Grant.Source.SIGNUP), "organization"),
            receivable=Subquery(
                Account.objects.filter(book=OuterRef("organization"), code=receivable).values("balance_micros")
            ),
            proven=Coalesce(Subquery(_checkpoint("entries_micros")), 0),
            since=summed(
                Entry.objects.filter(
                    book=OuterRef("organization"),
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


def _grants(**conditions: Any) -> QuerySet[Grant]:
    return Grant.objects.filter(organization=OuterRef("organization"), **conditions)


def _pending_of(account: str) -> Q:
    return Q(account=OuterRef(account), status=Hold.Status.PENDING)


def _live(sources: Sequence[str], now: datetime) -> CombinedExpression:
    """Sum of the credit of some sources that counts: what remains of grants that have begun and not expired.

    Of the others it counts what live holds hold: what the row says less the slices of holds that have ended and are
    not yet swept.
    """
    grants = _grants(source__in=sources, remaining_micros__gt=0)
    idle = Q(expires_at__lte=now) | Q(starts_at__gt=now)
    counted = Case(When(idle, then=F("held_micros")), default=F("remaining_micros"))
    total = Coalesce(Subquery(grouped(grants, "organization").annotate(total=Sum(counted)).values("total")), 0)
    ended = HoldSlice.objects.filter(
        Q(grant__expires_at__lte=now) | Q(grant__starts_at__gt=now),
        organization=OuterRef("organization"),
        hold__account=OuterRef("account_id"),
        hold__status=Hold.Status.PENDING,
        hold__expires_at__lte=now,
        grant__source__in=sources,
    )
    return total - summed(ended, "hold__account")


def _free(sources: Sequence[str], now: datetime) -> CombinedExpression:
    """Sum of what no live hold holds of the grants of some sources that count."""
    counts = (Q(expires_at=None) | Q(expires_at__gt=now)) & (Q(starts_at=None) | Q(starts_at__lte=now))
    grants = _grants(source__in=sources, remaining_micros__gt=0).filter(counts)
    free = grouped(grants, "organization").annotate(total=Sum(F("remaining_micros") - F("held_micros"))).values("total")
    ended = HoldSlice.objects.filter(
        Q(grant__expires_at=None) | Q(grant__expires_at__gt=now),
        Q(grant__starts_at=None) | Q(grant__starts_at__lte=now),
        organization=OuterRef("organization"),
        hold__account=OuterRef("account_id"),
        hold__status=Hold.Status.PENDING,
        hold__expires_at__lte=now,
        grant__source__in=sources,
    )
    return Coalesce(Subquery(free), 0) + summed(ended, "hold__account")


def _checkpoint(column: str, outer: int = 1) -> QuerySet[Any, Any]:
    book, account = OuterRef("organization"), OuterRef("account_id")
    if outer == 2:
        book, account = OuterRef(book), OuterRef(account)
    rows: QuerySet[Any, Any] = Checkpoint.objects.filter(book=book, account=account).values(column)
    return rows
