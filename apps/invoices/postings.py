"""The transfers of each event of an invoice. Pure; amounts are micros, and no transfer is of zero.

A line by hand is for something delivered, so its net is revenue at once, and the invoiced account holds what is left to
pay. What an installment promises is earned later, so its net waits on the billed account until it is paid. Usage is
revenue and owed since it was used, so its net stays on the receivable account, and only its tax is invoiced. Where tax
becomes owed with the payment, it waits on an account of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.common.money import Micros
from apps.invoices.balances import Balance, Shares
from apps.wallets.accounts import Role


@dataclass(frozen=True, slots=True)
class Move:
    """A transfer to make; `part` distinguishes it from others of the same event."""

    part: str
    source: Role
    destination: Role
    amount: Micros


@dataclass(frozen=True, slots=True)
class Terms:
    """Where an invoice's net and tax are asked for, when its tax becomes owed to the authority, and whether it is given
    back for a debt given up.

    `earned` is the account that its net is revenue on, or waits on until it is paid; `lost` is where its net goes if it
    is given up: what waited was never earned, and so is no loss. `tax_source` is where the tax comes from: it is asked
    for beside the net, or, if prices include it, is a part of what was earned.
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
        """The account of the tax in a written-off debt: not yet owed, given back by the authority, or our loss."""
        if self.is_owed_when_paid or self.has_relief:
            return self.account
        return Role.WRITE_OFFS


def finalized(earned: Micros, tax: Micros, terms: Terms) -> list[Move]:
    """Return the transfers of a finalized invoice: what it earns is asked for, and so is its tax.

    A usage invoice earns what staff added to it; negative if they took something off.
    """
    return _moving(
        _either("net", terms.net_claim, terms.earned, earned),
        Move("tax", terms.tax_source, terms.account, tax),
    )


def withdrawn(earned: Micros, tax: Micros, terms: Terms) -> list[Move]:
    """Return the transfers that take back those of a finalized invoice, whose usage another one will ask for."""
    return _moving(
        _either("net", terms.earned, terms.net_claim, earned),
        Move("tax", terms.account, terms.tax_source, tax),
    )


def received(before: Balance, after: Balance, source: Role, terms: Terms) -> list[Move]:
    """Return the transfers of a payment out of `source`; money that comes after a write-off first takes it back."""
    back = before.written_off_shares.minus(after.written_off_shares)
    paid = after.paid_shares.minus(before.paid_shares)
    return _moving(
        Move("recovered", terms.net_claim, terms.lost, back.net),
        Move("recovered-tax", terms.tax_claim, terms.loss_account, back.tax),
        *(Move(part, source, claim, amount) for part, claim, amount in _parts(paid, terms)),
        *_tax_paid(before, after, terms),
    )


def returned(before: Balance, after: Balance, destination: Role, terms: Terms) -> list[Move]:
    """Return the transfers of a payment that goes back to where it came from, so that it is asked for again."""
    back = before.paid_shares.minus(after.paid_shares)
    return _moving(
        *(Move(part, claim, destination, amount) for part, claim, amount in _parts(back, terms)),
        *_tax_paid(before, after, terms),
    )


def credited(before: Balance, after: Balance, back: Shares, destination: Role, terms: Terms) -> list[Move]:
    """Return the transfers of a credit note: the unpaid part is asked for no more, `back` goes to `destination`.

    What was paid divides anew into net and tax.
    """
    unpaid = after.credited.minus(before.credited)
    more_net = Micros(after.paid_shares.net - before.paid_shares.net)
    split = [_either("split", terms.tax_claim, terms.net_claim, more_net)] if terms.tax_claim != terms.net_claim else []
    return _moving(
        Move("net", terms.earned, terms.net_claim, unpaid.net),
        Move("tax", terms.account, terms.tax_claim, unpaid.tax),
        *split,
        *_tax_paid(before, after, terms),
        Move("returned", terms.earned, destination, back.net),
        Move("returned-tax", Role.TAX, destination, back.tax),
    )


def written_off(before: Balance, after: Balance, terms: Terms) -> list[Move]:
    """Return the transfers of a write-off."""
    lost = after.written_off_shares.minus(before.written_off_shares)
    return _moving(
        Move("net", terms.lost, terms.net_claim, lost.net),
        Move("tax", terms.loss_account, terms.tax_claim, lost.tax),
    )


def write_off_undone(before: Balance, terms: Terms) -> list[Move]:
    """Return the transfers that ask again for what was written off and not recovered."""
    lost = before.written_off_shares
    return _moving(
        Move("undone-net", terms.net_claim, terms.lost, lost.net),
        Move("undone-tax", terms.tax_claim, terms.loss_account, lost.tax),
    )


def _parts(shares: Shares, terms: Terms) -> list[tuple[str, Role, Micros]]:
    """Return the parts of a payment with the accounts that ask for them: one if it is the same for net and tax."""
    if terms.net_claim == terms.tax_claim:
        return [("payment", terms.net_claim, shares.total)]
    return [("payment", terms.net_claim, shares.net), ("payment-tax", terms.tax_claim, shares.tax)]


def _either(part: str, source: Role, destination: Role, amount: Micros) -> Move:
    """Return a move that goes the other way if the amount is negative."""
    return Move(part, source, destination, amount) if amount > 0 else Move(part, destination, source, Micros(-amount))


def _tax_paid(before: Balance, after: Balance, terms: Terms) -> Iterable[Move]:
    """Yield the transfer of the tax that a payment makes owed, or no longer owed, if it becomes owed that way."""
    if not terms.is_owed_when_paid:
        return
    more = after.paid_shares.tax - before.paid_shares.tax
    yield _either("tax-paid", Role.TAX_PENDING, Role.TAX, Micros(more))


def _moving(*moves: Move) -> list[Move]:
    return [move for move in moves if move.amount]
