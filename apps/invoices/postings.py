"""The transfers of each event of an invoice. Pure; amounts are micros, and no transfer is of zero.

Lines by hand are for delivered services, so their net is revenue at once, and the invoiced account holds what is left
to pay. If tax becomes owed only with the payment, it is on a separate account until then.
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
class TaxTerms:
    """When an invoice's tax becomes owed to the authority, and whether the authority gives it back for a written-off
    debt.

    `earned` is the account that its net is revenue on.
    """

    is_owed_when_paid: bool = False
    has_relief: bool = False
    earned: Role = Role.REVENUE

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


def finalized(printed: Shares, terms: TaxTerms) -> list[Move]:
    """Return the transfers of a finalized invoice: its net is earned, and its total is due."""
    return _moving(
        Move("net", Role.INVOICED, terms.earned, printed.net),
        Move("tax", Role.INVOICED, terms.account, printed.tax),
    )


def received(before: Balance, after: Balance, source: Role, terms: TaxTerms) -> list[Move]:
    """Return the transfers of a payment out of `source`; money after a write-off first reverses the write-off."""
    back = before.written_off_shares.minus(after.written_off_shares)
    return _moving(
        Move("recovered", Role.INVOICED, Role.WRITE_OFFS, back.net),
        Move("recovered-tax", Role.INVOICED, terms.loss_account, back.tax),
        Move("payment", source, Role.INVOICED, Micros(after.paid - before.paid)),
        *_tax_paid(before, after, terms),
    )


def returned(before: Balance, after: Balance, destination: Role, terms: TaxTerms) -> list[Move]:
    """Return the transfers of a payment that goes back to its source, so that the amount is due again."""
    return _moving(
        Move("payment", Role.INVOICED, destination, Micros(before.paid - after.paid)),
        *_tax_paid(before, after, terms),
    )


def credited(before: Balance, after: Balance, back: Shares, destination: Role, terms: TaxTerms) -> list[Move]:
    """Return the transfers of a credit note: the unpaid part is no longer due, and `back` goes to `destination`."""
    unpaid = after.credited.minus(before.credited)
    return _moving(
        Move("net", terms.earned, Role.INVOICED, unpaid.net),
        Move("tax", terms.account, Role.INVOICED, unpaid.tax),
        *_tax_paid(before, after, terms),
        Move("returned", terms.earned, destination, back.net),
        Move("returned-tax", Role.TAX, destination, back.tax),
    )


def written_off(before: Balance, after: Balance, terms: TaxTerms) -> list[Move]:
    """Return the transfers of a write-off."""
    lost = after.written_off_shares.minus(before.written_off_shares)
    return _moving(
        Move("net", Role.WRITE_OFFS, Role.INVOICED, lost.net),
        Move("tax", terms.loss_account, Role.INVOICED, lost.tax),
    )


def write_off_undone(before: Balance, terms: TaxTerms) -> list[Move]:
    """Return the transfers after which the written-off amount that was not recovered is due again."""
    lost = before.written_off_shares
    return _moving(
        Move("undone-net", Role.INVOICED, Role.WRITE_OFFS, lost.net),
        Move("undone-tax", Role.INVOICED, terms.loss_account, lost.tax),
    )


def _tax_paid(before: Balance, after: Balance, terms: TaxTerms) -> Iterable[Move]:
    """Yield the transfer of tax that becomes owed with a payment, or no longer owed with its return."""
    if not terms.is_owed_when_paid:
        return
    more = after.paid_shares.tax - before.paid_shares.tax
    source, destination = (Role.TAX_PENDING, Role.TAX) if more > 0 else (Role.TAX, Role.TAX_PENDING)
    yield Move("tax-paid", source, destination, Micros(abs(more)))


def _moving(*moves: Move) -> list[Move]:
    return [move for move in moves if move.amount]
