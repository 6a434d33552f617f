"""The chart of accounts: each organization has its own, so that no row is everybody's to wait for.

A transfer lowers its source and raises its destination. The wallet is what the customer may spend; the others read from
there: cash and manual receipts fall as money comes in, promotions fall as credit is given away, receivable falls as a
postpaid customer owes, revenue and breakage rise as credit is used up or lapses.
"""

from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What an account of an organization is for; the last part of its code."""

    WALLET = "wallet"  # the customer's credit
    CASH = "cash"  # money at Stripe, its clearing account
    MANUAL_RECEIPTS = "manual_receipts"  # money that came another way: bank transfers
    INSTALLMENTS = "installments"  # received for installments that are not yet paid in full
    PROMOTIONS = "promotions"  # credit and discounts given away
    REVENUE = "revenue"  # earned
    DEFERRED = "deferred"  # service revenue received and not yet earned
    RECEIVABLE = "receivable"  # owed by a postpaid customer, as a negative balance
    BREAKAGE = "breakage"  # paid credit that lapsed
    DISPUTES = "disputes"  # disputed money between the customer, Stripe and us
    TAX = "tax"  # tax that came with payments, owed to the tax office
    UNAPPLIED = "unapplied"  # received, and asked for by nothing here; the customer's
    WRITE_OFFS = "write_offs"  # what was owed and given up


def code_of(organization_id: UUID, role: Role, foreign: str = "") -> str:
    """Return the code of an organization's account; `foreign` is a currency other than the organization's own."""
    return f"org:{organization_id}:{role}:{foreign}" if foreign else f"org:{organization_id}:{role}"


def roles_of(organization_id: UUID) -> dict[str, Role]:
    """Return what each account of an organization in its own currency is for, by code."""
    return {code_of(organization_id, role): role for role in Role}
