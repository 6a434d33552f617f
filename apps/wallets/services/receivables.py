"""Transfers between an organization's accounts other than the wallet: payments, deferrals, revenue, write-offs."""

from collections.abc import Mapping
from datetime import datetime

from apps.common.causes import Cause
from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.ledger import services as ledger
from apps.ledger.keys import beside
from apps.ledger.models import Transfer
from apps.ledger.requests import TransferRequest
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of
from apps.wallets.decisions.receivables import PostpaidPayment, decide_postpaid_payment, decide_transfer
from apps.wallets.errors import WalletOnly
from apps.wallets.keys import OVERPAID, OVERPAID_USED
from apps.wallets.models import BookingKind
from apps.wallets.services.books import BookQuery
from apps.wallets.services.group_commit import decide
from apps.wallets.services.rows import transfer_row


def post_transfer(
    *,
    organization: Organization,
    source: Role,
    destination: Role,
    amount: Micros,
    kind: BookingKind,
    key: str,
    cause: Cause,
    created_by: str,
    now: datetime,
    description: str = "",
    currency: str = "",
) -> Transfer:
    """Move an amount, in micros, between two accounts of an organization other than its wallet, once per key.

    New debt is paid from overpaid credit, and a payment above the debt becomes such credit. Money in a `currency` other
    than the organization's is not converted; it stays on accounts opened for that currency.

    Raises:
        WalletOnly: one of the accounts is the wallet. InvalidAmount: the amount is not positive.
        IdempotencyMismatch: the key was used before with other inputs.
    """
    if Role.WALLET in (source, destination):
        raise WalletOnly
    foreign = "" if currency == organization.currency else currency
    codes = tuple(code_of(organization.pk, role, foreign) for role in (source, destination))
    if foreign:
        _open_foreign(organization, dict(zip(codes, (source, destination), strict=True)), foreign, now)
    request = TransferRequest(
        book_id=organization.pk,
        key=key,
        source=codes[0],
        destination=codes[1],
        amount=amount,
        kind=str(kind),
        created_by=created_by,
        cause=cause,
        description=description,
    )
    query = BookQuery(codes=codes, keys=(key, beside(key, OVERPAID), beside(key, OVERPAID_USED)))
    answer = decide(organization.pk, query, lambda state: decide_transfer(state, request, now), now)
    return transfer_row(answer, answer.result)


@serialized
def _open_foreign(organization: Organization, roles: Mapping[str, str], unit: str, now: datetime) -> None:
    ledger.open_accounts(book_id=organization.pk, roles=roles, unit=unit, now=now)


def receive_postpaid_payment(
    *,
    organization: Organization,
    amount: Micros,
    key: str,
    cause: Cause,
    created_by: str,
    now: datetime,
    received_in: Role = Role.CASH,
    description: str = "",
    effective_at: datetime | None = None,
) -> Transfer | None:
    """Clear a postpaid organization's debt with money received, in micros, once per key; the excess becomes credit.

    It takes effect at `effective_at`, or when it is posted if that is None. Returns the transfer that cleared debt, or
    None if nothing was owed.

    Raises:
        IdempotencyMismatch: the key was used before with another amount.
    """
    call = PostpaidPayment(
        amount=amount,
        key=key,
        cause=cause,
        created_by=created_by,
        received_in=received_in,
        description=description or "Payment received",
        effective_at=effective_at,
    )
    query = BookQuery(roles=(received_in,), keys=(key, beside(key, OVERPAID), beside(key, OVERPAID_USED)))
    answer = decide(organization.pk, query, lambda state: decide_postpaid_payment(state, call, now), now)
    return transfer_row(answer, answer.result) if answer.result is not None else None
