"""What may be spent before the work is done, and refused when it does not cover."""

from collections.abc import Mapping
from datetime import datetime

from apps.wallets.accounts import Role
from apps.wallets.funds import Funds
from apps.wallets.state import BookState, GrantState
from apps.wallets.wallet_posting import WalletPosting


def burnable(draft: WalletPosting) -> list[GrantState]:
    """Grants that new work may burn: all that count, or the included quota alone where usage beyond it is off."""
    spendable = draft.spendable()
    if draft.state.terms.usage_billing_enabled:
        return spendable
    return [grant for grant in spendable if grant.is_quota]


def credit_micros(grants: Mapping[int, GrantState], now: datetime) -> int:
    """Credit that counts, and what holds hold of credit that does not; ended holds were closed before."""
    return sum(grant.remaining_micros if grant.counts(now) else grant.held_micros for grant in grants.values())


def balance_micros(state: BookState, now: datetime) -> int:
    """The balance that the figures show: unexpired credit less what is uncovered; ended holds were closed before."""
    return credit_micros(state.grants, now) - state.short_micros


def available_micros(draft: WalletPosting) -> int:
    """What new work may spend, by the rule that the figures show too; ended holds were closed before."""
    terms, now = draft.state.terms, draft.now
    funds = Funds(
        credit_micros=credit_micros(draft.grants, now),
        overspend_micros=draft.short_micros,
        held_micros=draft.account(Role.WALLET).held_micros,
        postpaid_limit_micros=terms.postpaid_limit_micros if terms.is_postpaid else 0,
        outstanding_micros=max(0, -draft.account(Role.RECEIVABLE).balance_micros),
        free_quota_micros=sum(grant.free_micros for grant in draft.spendable() if grant.is_quota),
        beyond_quota=terms.usage_billing_enabled,
    )
    return funds.available_micros
