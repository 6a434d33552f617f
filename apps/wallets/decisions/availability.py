"""The amount that new work may spend, as displayed and as checked."""

from datetime import datetime

from apps.common.values import value_class
from apps.wallets.accounts import Role
from apps.wallets.budgets.limits import INCLUDED_QUOTA, POSTPAID_LIMIT, WALLET, Limit
from apps.wallets.state import BookState, GrantState
from apps.wallets.wallet_posting import WalletPosting, credit_micros


@value_class(frozen=True, slots=True, kw_only=True)
class Funds:
    """The figures that decide how much a wallet may spend, all in micros.

    `credit_micros` is spendable credit plus the held part of credit that has expired or not started.
    `free_quota_micros` is the part of the included quota that is not held. `beyond_quota`: other credit may pay for new
    work. `owed_micros` is a postpaid customer's debt less its unapplied money, below zero if that is more.
    `owes_no_more`: dunning stops the customer from owing more.
    """

    credit_micros: int
    overspend_micros: int
    held_micros: int
    postpaid_limit_micros: int
    owed_micros: int
    free_quota_micros: int
    beyond_quota: bool
    owes_no_more: bool = False

    @property
    def payable_micros(self) -> int:
        """Credit - overspend - live holds + unused postpaid limit, which is nothing while no more may be owed."""
        headroom = self.postpaid_limit_micros - self.owed_micros
        if self.owes_no_more:
            headroom = min(0, headroom)
        return self.credit_micros - self.overspend_micros - self.held_micros + headroom

    @property
    def available_micros(self) -> int:
        """The payable amount; without `beyond_quota`, at most the free quota."""
        payable = self.payable_micros
        return payable if self.beyond_quota else min(payable, self.free_quota_micros)


def owed_micros(*, receivable_micros: int, unapplied_micros: int, is_postpaid: bool) -> int:
    """Return the owed amount from two accounts' balances: the debt, less the unapplied money if that will pay it."""
    return -receivable_micros - (unapplied_micros if is_postpaid else 0)


def burnable(posting: WalletPosting) -> list[GrantState]:
    """Return the grants that new work may burn: the spendable ones, or only the included quota if billing is off."""
    spendable = posting.spendable()
    if posting.state.terms.usage_billing_enabled:
        return spendable
    return [grant for grant in spendable if grant.is_quota]


def balance_micros(state: BookState, now: datetime) -> int:
    """Return the displayed balance: credit less open shortfalls; ended holds must be closed before."""
    unread_micros = state.unread.at(now).credit_micros if state.unread is not None else 0
    return credit_micros(state.grants, now) + unread_micros - state.short_micros


def available_micros(posting: WalletPosting) -> int:
    """Return what new work may spend, by the rule of `Funds`; ended holds must be closed before."""
    return _funds(posting).available_micros


def wallet_limits(posting: WalletPosting, amount_micros: int) -> list[Limit]:
    """Return the wallet's limits on new work, in the order in which errors name them.

    The smallest room is the available amount. A prepaid customer is limited by credit, a postpaid one by credit plus
    the postpaid limit, and either by the included quota if usage beyond it is not charged. Ended holds must be closed
    before.
    """
    funds, terms = _funds(posting), posting.state.terms
    quota = [] if terms.usage_billing_enabled else [(INCLUDED_QUOTA, funds.free_quota_micros)]
    payable = funds.payable_micros
    rooms = [*quota, (POSTPAID_LIMIT, payable)] if terms.is_postpaid else [(WALLET, payable), *quota]
    return [Limit(kind=kind, room_micros=room, requested_micros=amount_micros) for kind, room in rooms]


def _funds(posting: WalletPosting) -> Funds:
    terms = posting.state.terms
    return Funds(
        credit_micros=posting.credit_micros,
        overspend_micros=posting.short_micros,
        held_micros=posting.account(Role.WALLET).held_micros,
        postpaid_limit_micros=terms.postpaid_limit_micros if terms.is_postpaid else 0,
        owed_micros=owed_micros(
            receivable_micros=posting.account(Role.RECEIVABLE).balance_micros,
            unapplied_micros=posting.account(Role.UNAPPLIED).balance_micros,
            is_postpaid=terms.is_postpaid,
        ),
        free_quota_micros=posting.free_quota_micros,
        beyond_quota=terms.usage_billing_enabled,
        owes_no_more=terms.owes_no_more,
    )
