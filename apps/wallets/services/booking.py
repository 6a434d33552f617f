"""Movements between an organization's other accounts: money received, deferred, earned, owed, written off."""

from datetime import datetime

from apps.common.causes import Cause
from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.ledger import services as ledger
from apps.ledger.errors import IdempotencyMismatch
from apps.ledger.keys import beside
from apps.ledger.models import Transfer
from apps.ledger.services import TransferRequest
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of
from apps.wallets.errors import WalletOnly
from apps.wallets.keys import OVERPAID
from apps.wallets.models import BookingKind
from apps.wallets.services.locks import lock_wallet, read_account
from apps.wallets.services.overpayments import keep_as_credit, settle_receivables


@serialized
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
    """Move an amount between two accounts of an organization, neither of them its wallet, once per key.

    Debt that comes back this way is paid with overpaid credit; what is paid beyond the debt becomes such credit.
    Money in a `currency` that is not the organization's own stays in it, on accounts that are opened for it.

    Raises:
        WalletOnly: one of them is the wallet.
        InvalidAmount: not positive. IdempotencyMismatch: the key was used before with other inputs.
    """
    if Role.WALLET in (source, destination):
        raise WalletOnly
    locked = lock_wallet(organization, now=now)
    foreign = "" if currency == organization.currency else currency
    roles = {code_of(organization.pk, role, foreign): role for role in (source, destination)}
    if foreign:
        ledger.open_accounts(book_id=locked.book.pk, roles=roles, unit=foreign, now=now)
    request = TransferRequest(
        book_id=locked.book.pk,
        key=key,
        source=code_of(organization.pk, source, foreign),
        destination=code_of(organization.pk, destination, foreign),
        amount=amount,
        kind=kind,
        created_by=created_by,
        cause=cause,
        description=description,
    )
    if known := ledger.posted_before([request]):
        return known[request.place]
    booked = ledger.post([request], now=now)[0]
    if Role.RECEIVABLE in (source, destination):
        settle_receivables([(booked, locked)], created_by=created_by, now=now)
    return booked


@serialized
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
) -> Transfer | None:
    """Clear what a postpaid organization owes with money received, once per key; what is over becomes credit.

    Returns the transfer that cleared debt, or None where nothing was owed any more.

    Raises:
        IdempotencyMismatch: the key was used before with another amount.
    """
    locked = lock_wallet(organization, now=now)
    over_key = beside(key, OVERPAID)
    if known := {each.key: each for each in Transfer.objects.filter(book=locked.book, key__in=[key, over_key])}:
        if sum(each.amount_micros for each in known.values()) != amount:
            raise IdempotencyMismatch(f"The payment {key} was recorded before with another amount")
        return known.get(key)
    owed = max(0, -read_account(locked, Role.RECEIVABLE).balance_micros)
    clears, over = min(amount, owed), amount - min(amount, owed)
    if over:
        keep_as_credit(
            locked, Micros(over), received_in=received_in, key=key, cause=cause, created_by=created_by, now=now
        )
    if not clears:
        return None
    return post_transfer(
        organization=organization,
        source=received_in,
        destination=Role.RECEIVABLE,
        amount=Micros(clears),
        kind=BookingKind.PAYMENT,
        key=key,
        cause=cause,
        created_by=created_by,
        now=now,
        description=description or "Payment received",
    )
