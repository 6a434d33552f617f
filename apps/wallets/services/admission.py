"""What may be spent before the work is done: read under the book's lock, and refused when it does not cover."""

from datetime import datetime

from apps.ledger.models import Account
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.budget import Budget
from apps.wallets.models import Grant
from apps.wallets.services.locked import LockedWallet
from apps.wallets.services.locks import read_account
from apps.wallets.services.overspend import overspend_micros


def burnable(locked: LockedWallet, now: datetime) -> list[Grant]:
    """Grants that new work may burn: all that count, or the included quota alone where usage beyond it is off."""
    spendable = locked.spendable(now)
    if locked.organization.usage_billing_enabled:
        return spendable
    return [grant for grant in spendable if _is_quota(grant)]


def available_micros(locked: LockedWallet, account: Account, now: datetime) -> int:
    """What new work may spend, by the rule that the figures show too; ended holds were closed with the lock."""
    postpaid = locked.organization.billing_mode == Organization.BillingMode.POSTPAID
    budget = Budget(
        credit_micros=sum(
            grant.remaining_micros if grant.counts(now) else grant.held_micros for grant in locked.grants.values()
        ),
        overspend_micros=overspend_micros(locked),
        held_micros=account.held_micros,
        postpaid_limit_micros=locked.organization.postpaid_limit_micros if postpaid else 0,
        outstanding_micros=max(0, -read_account(locked, Role.RECEIVABLE).balance_micros),
        free_quota_micros=sum(grant.free_micros for grant in locked.spendable(now) if _is_quota(grant)),
        beyond_quota=locked.organization.usage_billing_enabled,
    )
    return budget.available_micros


def _is_quota(grant: Grant) -> bool:
    return grant.source == Grant.Source.INCLUDED_QUOTA
