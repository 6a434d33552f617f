"""What a postpaid customer paid beyond what is owed: credit of theirs, which pays what is used or owed next.

So the receivable account never shows credit: what a correction, a cheaper tier or a reversal leaves there goes to the
wallet at once, where every surface shows it.
"""

from collections.abc import Mapping
from datetime import datetime

from apps.common.money import Micros
from apps.ledger.keys import beside
from apps.ledger.models import Account
from apps.ledger.services import TransferRequest
from apps.wallets.accounts import Role
from apps.wallets.burndown import burn
from apps.wallets.keys import OVER, OWED_AGAIN
from apps.wallets.models import EntryType, Grant
from apps.wallets.services.draft import Draft
from apps.wallets.services.grants import grant_credits
from apps.wallets.services.locked import LockedWallet
from apps.wallets.services.locks import lock_account


def keep_as_credit(
    locked: LockedWallet, amount: Micros, *, received_in: Role, key: str, created_by: str, now: datetime
) -> Grant:
    """Make money that was received beyond what is owed the customer's credit, once per key of what left it over."""
    return grant_credits(
        organization=locked.organization,
        amount=amount,
        source=Grant.Source.ADJUSTMENT,
        key=beside(key, OVER),
        created_by=created_by,
        now=now,
        description="Paid more than was owed",
        paid_micros=amount,
        funded_by=received_in,
    )


def credit_overpayments(wallets: Mapping[str, LockedWallet], *, created_by: str, now: datetime) -> None:
    """Make credit of what is left on the receivable accounts of locked wallets, by the key of what left it."""
    by_code = {locked.code(Role.RECEIVABLE): key for key, locked in wallets.items()}
    for account in Account.objects.filter(code__in=by_code, balance_micros__gt=0).order_by("pk"):
        key = by_code[account.code]
        left = Micros(account.balance_micros)
        keep_as_credit(wallets[key], left, received_in=Role.RECEIVABLE, key=key, created_by=created_by, now=now)


def pay_debt_again(locked: LockedWallet, amount_micros: int, *, key: str, created_by: str, now: datetime) -> None:
    """Let overpaid credit pay a debt of that amount that came back: a payment that was refunded, disputed or reversed.

    Otherwise the customer would be asked for money that lies on their wallet.
    """
    owed = max(0, -lock_account(locked, Role.RECEIVABLE).balance_micros)
    overpaid = [grant.as_slice() for grant in locked.spendable(now) if is_overpaid(grant)]
    paid = burn(overpaid, min(amount_micros, owed))
    total = sum(part.amount_micros for part in paid.parts)
    if not total:
        return
    draft = Draft(now)
    request = TransferRequest(
        key=beside(key, OWED_AGAIN),
        source=locked.code(Role.WALLET),
        destination=locked.code(Role.RECEIVABLE),
        amount=Micros(total),
        kind=EntryType.ADJUSTMENT,
        created_by=created_by,
        description="Paid before, pays what is owed again",
        metadata={"owedFor": key},
    )
    draft.move(locked, request)
    draft.consume(locked, paid, request.key)
    draft.post()


def is_overpaid(grant: Grant) -> bool:
    """Say whether credit is money that was paid beyond what was owed."""
    return grant.source == Grant.Source.ADJUSTMENT and grant.is_paid
