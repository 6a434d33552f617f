"""What may be spent before the work is done, and refused when it does not cover."""

from apps.wallets.accounts import Role
from apps.wallets.funds import Funds
from apps.wallets.state import GrantState
from apps.wallets.wallet_posting import WalletPosting


def burnable(draft: WalletPosting) -> list[GrantState]:
    """Grants that new work may burn: all that count, or the included quota alone where usage beyond it is off."""
    spendable = draft.spendable()
    if draft.state.terms.usage_billing_enabled:
        return spendable
    return [grant for grant in spendable if grant.is_quota]


def available_micros(draft: WalletPosting) -> int:
    """What new work may spend, by the rule that the figures show too; ended holds were closed before."""
    terms, now = draft.state.terms, draft.now
    funds = Funds(
        credit_micros=sum(
            grant.remaining_micros if grant.counts(now) else grant.held_micros for grant in draft.grants.values()
        ),
        overspend_micros=draft.short_micros,
        held_micros=draft.account(Role.WALLET).held_micros,
        postpaid_limit_micros=terms.postpaid_limit_micros if terms.is_postpaid else 0,
        outstanding_micros=max(0, -draft.account(Role.RECEIVABLE).balance_micros),
        free_quota_micros=sum(grant.free_micros for grant in draft.spendable() if grant.is_quota),
        beyond_quota=terms.usage_billing_enabled,
    )
    return funds.available_micros
