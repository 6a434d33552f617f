"""Transfers between an organization's accounts other than the wallet: payments, deferrals, revenue, write-offs."""

from collections.abc import Mapping
from datetime import datetime

from apps.common.transactions import serialized
from apps.ledger import services as ledger
from apps.ledger.keys import beside
from apps.ledger.models import Transfer
from apps.tenants.models import Organization
from apps.wallets.accounts import code_of
from apps.wallets.bookings import Booking
from apps.wallets.decisions.receivables import PostpaidPayment, decide_postpaid_payment, decide_transfer
from apps.wallets.keys import OVERPAID, OVERPAID_USED
from apps.wallets.services.books import BookQuery
from apps.wallets.services.group_commit import decide
from apps.wallets.services.rows import transfer_row


def post_transfer(*, organization: Organization, booking: Booking, now: datetime, currency: str = "") -> Transfer:
    """Move an amount between two accounts of an organization other than its wallet, once per key.

    New debt is paid from overpaid credit, and a payment above the debt becomes such credit. Money in a `currency` other
    than the organization's is not converted; it stays on accounts opened for that currency.

    Raises:
        InvalidAmount: the amount is not positive.
        IdempotencyMismatch: the key was used before with other inputs.
    """
    foreign = "" if currency == organization.currency else currency
    roles = (booking.source, booking.destination)
    codes = tuple(code_of(organization.pk, role, foreign) for role in roles)
    if foreign:
        _open_foreign(organization, dict(zip(codes, roles, strict=True)), foreign, now)
    request = booking.request(organization.pk, *codes)
    key = booking.key
    query = BookQuery(codes=codes, keys=(key, beside(key, OVERPAID), beside(key, OVERPAID_USED)))
    answer = decide(organization.pk, query, lambda state: decide_transfer(state, request, now), now)
    return transfer_row(answer, answer.result)


@serialized
def _open_foreign(organization: Organization, roles: Mapping[str, str], unit: str, now: datetime) -> None:
    ledger.open_accounts(book_id=organization.pk, roles=roles, unit=unit, now=now)


def receive_postpaid_payment(*, organization: Organization, payment: PostpaidPayment, now: datetime) -> Transfer | None:
    """Clear a postpaid organization's debt with money received, once per key; the excess becomes credit.

    Returns the transfer that cleared debt, or None if nothing was owed.

    Raises:
        IdempotencyMismatch: the key was used before with another amount.
    """
    key = payment.key
    query = BookQuery(roles=(payment.received_in,), keys=(key, beside(key, OVERPAID), beside(key, OVERPAID_USED)))
    answer = decide(organization.pk, query, lambda state: decide_postpaid_payment(state, payment, now), now)
    return transfer_row(answer, answer.result) if answer.result is not None else None
