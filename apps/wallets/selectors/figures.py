"""The figures of a wallet at a moment, read in one statement."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from apps.common.queries import Query, fetch
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of
from apps.wallets.balance_alerts import AlarmState
from apps.wallets.decisions.availability import Funds, owed_micros
from apps.wallets.errors import WalletNotFound
from apps.wallets.kinds import Source
from apps.wallets.models import Wallet

_QUOTA, _TOP_UP = Source.INCLUDED_QUOTA, Source.TOP_UP


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletFigures:
    """A wallet at a moment, in micros of `currency`.

    Expired credit, credit not yet started, and ended holds do not count. `balance` = quota + top-up + legacy -
    overspend; `available` follows the rule that admits new work (`Funds`). `wallet_row` and `journal` ignore expiry by
    time; they differ only if the books were changed outside the ledger.
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
    receivable_micros: int
    unapplied_micros: int
    is_postpaid: bool
    postpaid_limit_micros: int
    usage_billing_enabled: bool
    owes_no_more: bool
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
    def debt_micros(self) -> int:
        """The unpaid usage of a postpaid customer."""
        return -self.receivable_micros

    @property
    def owed_micros(self) -> int:
        """The debt less the unapplied money that will pay it, below zero if that is more."""
        return owed_micros(
            receivable_micros=self.receivable_micros,
            unapplied_micros=self.unapplied_micros,
            is_postpaid=self.is_postpaid,
        )

    @property
    def outstanding_micros(self) -> int:
        """The owed amount, or 0 if it is below zero."""
        return max(0, self.owed_micros)

    @property
    def available_micros(self) -> int:
        """The amount that new work may spend."""
        funds = Funds(
            credit_micros=self.quota_micros + self.top_up_micros + self.legacy_micros,
            overspend_micros=self.overspend_micros,
            held_micros=self.held_micros,
            postpaid_limit_micros=self.postpaid_limit_micros,
            owed_micros=self.owed_micros,
            free_quota_micros=self.free_quota_micros,
            beyond_quota=self.usage_billing_enabled,
            owes_no_more=self.owes_no_more,
        )
        return funds.available_micros


def require_wallet(organization: Organization) -> None:
    """Check that an organization has a wallet.

    Raises:
        WalletNotFound: it has none.
    """
    if not Wallet.objects.filter(organization=organization).exists():
        raise WalletNotFound


def balance_alerts(organization: Organization) -> AlarmState:
    """Return the thresholds of an organization's alerts about low credit, and which of them are in alarm.

    Raises:
        WalletNotFound: it has no wallet.
    """
    wallet = Wallet.objects.filter(organization=organization).first()
    if wallet is None:
        raise WalletNotFound
    return AlarmState(
        tuple(wallet.alert_thresholds_micros),
        wallet.alert_mail,
        wallet.alarm_bits,
        wallet.alarm_version,
        wallet.alarms_mailed,
    )


def wallet_figures(organization: Organization, now: datetime) -> WalletFigures:
    """Return the figures of an organization's wallet, read in one statement.

    Raises:
        WalletNotFound: it has no wallet.
    """
    return fetch(figures_query(organization, now))


def figures_query(organization: Organization, now: datetime) -> Query[WalletFigures]:
    """Return the query of `wallet_figures`."""
    values = (organization.pk, code_of(organization.pk, Role.RECEIVABLE), code_of(organization.pk, Role.UNAPPLIED), now)
    return Query("wallet_figures(%s, %s, %s, %s)", values, partial(_figures, organization))


def _figures(organization: Organization, row: Mapping[str, Any] | None) -> WalletFigures:
    if row is None:
        raise WalletNotFound
    postpaid = organization.billing_mode == Organization.BillingMode.POSTPAID
    live, free = _credit(row["credit"] or ())
    return WalletFigures(
        currency=organization.currency,
        account_id=row["account_id"],
        account_code=code_of(organization.pk, Role.WALLET),
        posted_micros=row["posted"],
        held_micros=row["held"] - row["ended"],
        quota_micros=live[_QUOTA],
        free_quota_micros=free[_QUOTA],
        top_up_micros=live[_TOP_UP],
        legacy_micros=sum(micros for source, micros in live.items() if source not in (_QUOTA, _TOP_UP)),
        overspend_micros=row["overspend"],
        receivable_micros=row["receivable"],
        unapplied_micros=row["unapplied"],
        is_postpaid=postpaid,
        postpaid_limit_micros=organization.postpaid_limit_micros if postpaid else 0,
        usage_billing_enabled=organization.usage_billing_enabled,
        owes_no_more=organization.postpaid_paused_at is not None,
        top_up_purchased_micros=row["purchased"],
        free_credit_granted=row["has_signup"],
        wallet_row_micros=row["posted"] - row["held"],
        journal_micros=row["proven"] + row["since"] - row["pending"],
        created_at=datetime.fromisoformat(row["created_at"]),
        updated_at=datetime.fromisoformat(row["updated_at"]),
    )


def _credit(rows: Iterable[tuple[str, bool, int, int, int]]) -> tuple[Counter[str], Counter[str]]:
    """Return, by source, the credit that counts and the part of it that no live hold holds.

    Of credit that has expired or not started, only the part in live holds counts; ended holds count as closed.
    """
    live, free = Counter[str](), Counter[str]()
    for source, is_spendable, remaining, held, ended in rows:
        live[source] += remaining if is_spendable else held - ended
        free[source] += remaining - held + ended if is_spendable else 0
    return live, free
