"""The chart of accounts. Each organization has its own accounts, so that no row is locked by every customer's writes.

A transfer lowers its source and raises its destination. The wallet holds what the customer may spend. Seen from there,
cash and manual receipts fall as money comes in, promotions falls as credit is given away, receivable falls as a
postpaid customer owes more, invoiced falls as invoices are issued, and revenue and breakage rise as credit is used
or expires.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from uuid import UUID


class Role(StrEnum):
    """The purpose of an organization's account; the last part of its code."""

    WALLET = "wallet"  # the customer's credit
    CASH = "cash"  # clearing account for money at Stripe
    MANUAL_RECEIPTS = "manual_receipts"  # money received outside Stripe: bank transfers
    INSTALLMENTS = "installments"  # received for installments that are not paid in full
    PROMOTIONS = "promotions"  # credit and discounts given away
    REVENUE = "revenue"  # earned revenue
    DEFERRED = "deferred"  # service revenue received but not earned
    RECEIVABLE = "receivable"  # owed by a postpaid customer, as a negative balance
    BREAKAGE = "breakage"  # paid credit that expired
    DISPUTES = "disputes"  # disputed money, until the dispute is decided
    TAX = "tax"  # tax collected with payments, owed to the tax office
    UNAPPLIED = "unapplied"  # received without a matching claim; belongs to the customer
    WRITE_OFFS = "write_offs"  # debt given up
    INVOICED = "invoiced"  # amounts of unpaid invoices, as a negative balance
    BILLED = "billed"  # amounts of unpaid invoices for service that is earned later
    TAX_PENDING = "tax_pending"  # tax of unpaid invoices, if it is owed only once they are paid
    LATE_FEES = "late_fees"  # fees charged for late payment
    FEES = "fees"  # Stripe's fees
    UNIDENTIFIED = "unidentified"  # received from an unknown payer; only in a seller's book


# The accounts of what we earned.
EARNED = (Role.REVENUE, Role.BREAKAGE, Role.LATE_FEES)


@lru_cache(maxsize=8_192)
def code_of(organization_id: UUID, role: Role, foreign: str = "") -> str:
    """Return the code of an organization's account; `foreign` is a currency other than the organization's own."""
    return f"org:{organization_id}:{role}:{foreign}" if foreign else f"org:{organization_id}:{role}"


@lru_cache(maxsize=1_024)
def codes_of(organization_id: UUID) -> Mapping[Role, str]:
    """Return the codes of an organization's accounts in its own currency."""
    return {role: code_of(organization_id, role) for role in Role}


def roles_of(organization_id: UUID) -> dict[str, Role]:
    """Return the roles of an organization's accounts in its own currency, by account code."""
    return {code: role for role, code in codes_of(organization_id).items() if role != Role.UNIDENTIFIED}


# The accounts of a seller's book: money of ours that belongs to no customer.
SELLER_ROLES = (Role.CASH, Role.MANUAL_RECEIPTS, Role.FEES, Role.UNIDENTIFIED)


def seller_code_of(book_id: UUID, role: Role) -> str:
    """Return the code of an account of a seller's book."""
    return f"seller:{book_id}:{role}"
