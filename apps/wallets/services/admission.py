"""What may be spent before the work is done: read under the wallet's lock, and refused when it does not cover."""

from datetime import datetime

from apps.ledger.models import Account
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.models import Grant
from apps.wallets.services.locks import LockedWallet, lock_account, overspend_micros


def burnable(locked: LockedWallet, now: datetime) -> list[Grant]:
    """Grants that new work may burn: all unexpired ones, or the included quota alone where usage beyond it is off."""
    spendable = locked.spendable(now)
    if locked.organization.usage_billing_enabled:
        return spendable
    return [grant for grant in spendable if grant.source == Grant.Source.INCLUDED_QUOTA]


def available_micros(locked: LockedWallet, account: Account, now: datetime) -> int:
    """Unexpired credit - overspend - live holds + what may still come to be owed.

    An expired grant counts with the part that a live hold still holds, and that hold is subtracted: nothing is left.
    """
    credit = sum(
        grant.held_micros if grant.is_expired(now) else grant.remaining_micros for grant in locked.grants.values()
    )
    available = credit - overspend_micros(locked) - account.held_micros + _headroom_micros(locked)
    if locked.organization.usage_billing_enabled:
        return available
    return min(available, sum(grant.free_micros for grant in burnable(locked, now)))


def _headroom_micros(locked: LockedWallet) -> int:
    postpaid = locked.organization.billing_mode == Organization.BillingMode.POSTPAID
    limit = locked.organization.postpaid_limit_micros if postpaid else 0
    return limit - max(0, -lock_account(locked, Role.RECEIVABLE).balance_micros)
