"""The transfers of each event of an invoice. Pure; amounts are micros, and no transfer is of zero.

A line entered by hand is for something delivered: its net is revenue at once, and the invoiced account holds what is
left to pay. An installment is earned later: its net stays on the billed account until it is paid. Usage was revenue and
a receivable when it happened: its net stays on the receivable account, and only its tax is invoiced. If tax becomes
payable with the payment, it stays on the tax-pending account until then.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.common.money import Micros
from apps.invoices.balances import Balance, NetAndTax
from apps.wallets.accounts import Role


@dataclass(frozen=True, slots=True)
class PlannedTransfer:
    """A transfer to make; `part` distinguishes it from others of the same event."""

    part: str
    source: Role
    destination: Role
    amount: Micros


@dataclass(frozen=True, slots=True)
class Terms:
    """The accounts of an invoice's net and tax, when its tax becomes payable to the authority, and whether the
    authority refunds the tax of a written-off debt.

    `earned` is the account that its net is credited to: revenue, or billed until it is paid. `lost` is the account that
    its net goes to when it is written off: a net on the billed account was never earned, so it is no loss. `tax_source`
    is the account that the tax comes from: it is charged on top of the net, or, if prices include it, is part of what
    was earned.
    """

    is_owed_when_paid: bool = False
    has_relief: bool = False
    earned: Role = Role.REVENUE
    lost: Role = Role.WRITE_OFFS
    net_claim: Role = Role.INVOICED
    tax_claim: Role = Role.INVOICED
    tax_source: Role = Role.INVOICED

    @property
    def account(self) -> Role:
        """The account of the tax of an unpaid invoice."""
        return Role.TAX_PENDING if self.is_owed_when_paid else Role.TAX

    @property
    def loss_account(self) -> Role:
        """The account of the tax in a written-off debt: tax that is not payable yet, tax that the authority refunds, or
        our loss.
        """
        if self.is_owed_when_paid or self.has_relief:
            return self.account
        return Role.WRITE_OFFS


def finalized(earned: Micros, tax: Micros, terms: Terms) -> list[PlannedTransfer]:
    """Return the transfers that finalizing an invoice posts: its net and its tax become due.

    A usage invoice earns only what staff added to it; negative if they lowered it.
    """
    return _moving(
        _either("net", terms.net_claim, terms.earned, earned),
        PlannedTransfer("tax", terms.tax_source, terms.account, tax),
    )


def withdrawn(earned: Micros, tax: Micros, terms: Terms) -> list[PlannedTransfer]:
    """Return the transfers that undo those of a finalized invoice whose usage will be on another invoice."""
    return _moving(
        _either("net", terms.earned, terms.net_claim, earned),
        PlannedTransfer("tax", terms.account, terms.tax_source, tax),
    )


def received(before: Balance, after: Balance, source: Role, terms: Terms) -> list[PlannedTransfer]:
    """Return the transfers of a payment from `source`; after a write-off, the payment first undoes that much of it."""
    back = before.written_off_shares.minus(after.written_off_shares)
    paid = after.paid_shares.minus(before.paid_shares)
    return _moving(
        PlannedTransfer("recovered", terms.net_claim, terms.lost, back.net),
        PlannedTransfer("recovered-tax", terms.tax_claim, terms.loss_account, back.tax),
        *(PlannedTransfer(part, source, claim, amount) for part, claim, amount in _parts(paid, terms)),
        *_tax_paid(before, after, terms),
    )


def returned(before: Balance, after: Balance, destination: Role, terms: Terms) -> list[PlannedTransfer]:
    """Return the transfers of a returned payment, whose amount is due again."""
    back = before.paid_shares.minus(after.paid_shares)
    return _moving(
        *(PlannedTransfer(part, claim, destination, amount) for part, claim, amount in _parts(back, terms)),
        *_tax_paid(before, after, terms),
    )


def credited(
    before: Balance, after: Balance, back: NetAndTax, destination: Role, terms: Terms
) -> list[PlannedTransfer]:
    """Return the transfers of a credit note: the unpaid part is no longer due, and `back`, the paid part, goes to
    `destination`.

    The paid amount is divided into net and tax again.
    """
    unpaid = after.credited.minus(before.credited)
    more_net = Micros(after.paid_shares.net - before.paid_shares.net)
    split = [_either("split", terms.tax_claim, terms.net_claim, more_net)] if terms.tax_claim != terms.net_claim else []
    return _moving(
        PlannedTransfer("net", terms.earned, terms.net_claim, unpaid.net),
        PlannedTransfer("tax", terms.account, terms.tax_claim, unpaid.tax),
        *split,
        *_tax_paid(before, after, terms),
        PlannedTransfer("returned", terms.earned, destination, back.net),
        PlannedTransfer("returned-tax", Role.TAX, destination, back.tax),
    )


def written_off(before: Balance, after: Balance, terms: Terms) -> list[PlannedTransfer]:
    """Return the transfers of a write-off."""
    lost = after.written_off_shares.minus(before.written_off_shares)
    return _moving(
        PlannedTransfer("net", terms.lost, terms.net_claim, lost.net),
        PlannedTransfer("tax", terms.loss_account, terms.tax_claim, lost.tax),
    )


def write_off_undone(before: Balance, terms: Terms) -> list[PlannedTransfer]:
    """Return the transfers that make the unrecovered part of a write-off due again."""
    lost = before.written_off_shares
    return _moving(
        PlannedTransfer("undone-net", terms.net_claim, terms.lost, lost.net),
        PlannedTransfer("undone-tax", terms.tax_claim, terms.loss_account, lost.tax),
    )


def _parts(shares: NetAndTax, terms: Terms) -> list[tuple[str, Role, Micros]]:
    """Return the parts of a payment with the accounts that they clear; one part if net and tax share an account."""
    if terms.net_claim == terms.tax_claim:
        return [("payment", terms.net_claim, shares.total)]
    return [("payment", terms.net_claim, shares.net), ("payment-tax", terms.tax_claim, shares.tax)]


def _either(part: str, source: Role, destination: Role, amount: Micros) -> PlannedTransfer:
    """Return a move, in the opposite direction if the amount is negative."""
    return (
        PlannedTransfer(part, source, destination, amount)
        if amount > 0
        else PlannedTransfer(part, destination, source, Micros(-amount))
    )


def _tax_paid(before: Balance, after: Balance, terms: Terms) -> Iterable[PlannedTransfer]:
    """Yield the transfer of the tax that becomes payable with a payment, or is no longer payable after a return."""
    if not terms.is_owed_when_paid:
        return
    more = after.paid_shares.tax - before.paid_shares.tax
    yield _either("tax-paid", Role.TAX_PENDING, Role.TAX, Micros(more))


def _moving(*moves: PlannedTransfer) -> list[PlannedTransfer]:
    return [move for move in moves if move.amount]
