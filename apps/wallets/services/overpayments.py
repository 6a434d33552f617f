"""What a postpaid customer paid beyond what is owed: credit of theirs, which pays what is used or owed next.

So the receivable account never shows credit: what a correction, a cheaper tier or a reversal leaves there goes to the
wallet at once, where every surface shows it.
"""

from collections.abc import Sequence
from datetime import datetime

from apps.common.causes import Cause
from apps.common.money import Micros
from apps.ledger.causes import TRANSFER
from apps.ledger.keys import beside
from apps.ledger.models import Account, Transfer
from apps.ledger.services import TransferRequest
from apps.wallets.accounts import Role
from apps.wallets.burndown import burn
from apps.wallets.keys import OVERPAID, OVERPAID_USED
from apps.wallets.models import EntryType, Grant
from apps.wallets.services.draft import Draft
from apps.wallets.services.grants import grant_credits
from apps.wallets.services.locked import LockedWallet


def keep_as_credit(
    locked: LockedWallet,
    amount: Micros,
    *,
    received_in: Role,
    key: str,
    cause: Cause,
    created_by: str,
    now: datetime,
) -> Grant:
    """Make money that was received beyond what is owed the customer's credit, once per key of what left it over."""
    return grant_credits(
        organization=locked.organization,
        amount=amount,
        source=Grant.Source.ADJUSTMENT,
        key=beside(key, OVERPAID),
        cause=cause,
        created_by=created_by,
        now=now,
        description="Paid more than was owed",
        paid_micros=amount,
        funded_by=received_in,
    )


def settle_receivables(moved: Sequence[tuple[Transfer, LockedWallet]], *, created_by: str, now: datetime) -> None:
    """Leave locked postpaid customers either in debt or with overpaid credit, after a transfer that moved either.

    What is left on the receivable account becomes credit. Where something is owed, overpaid credit that is free pays
    it: otherwise the customer would be asked for money that lies on their wallet.
    """
    last = {locked.book.pk: (transfer, locked) for transfer, locked in moved}
    codes = [locked.code(Role.RECEIVABLE) for _, locked in last.values()]
    rows = Account.objects.filter(book__in=list(last), code__in=codes)
    for account in rows.exclude(balance_micros=0).order_by("pk"):
        (transfer, locked), left = last[account.book_id], Micros(account.balance_micros)
        if left > 0:
            keep_as_credit(
                locked,
                left,
                received_in=Role.RECEIVABLE,
                key=transfer.key,
                cause=TRANSFER.of(transfer.number),
                created_by=created_by,
                now=now,
            )
        else:
            _pay_debt(locked, -left, transfer, created_by, now)


def _pay_debt(locked: LockedWallet, owed_micros: int, moved: Transfer, created_by: str, now: datetime) -> None:
    paid = burn((grant.as_slice() for grant in locked.spendable(now) if is_overpaid(grant)), owed_micros)
    total = sum(part.amount_micros for part in paid.parts)
    if not total:
        return
    request = TransferRequest(
        book_id=locked.book.pk,
        key=beside(moved.key, OVERPAID_USED),
        source=locked.code(Role.WALLET),
        destination=locked.code(Role.RECEIVABLE),
        amount=Micros(total),
        kind=EntryType.ADJUSTMENT,
        created_by=created_by,
        cause=TRANSFER.of(moved.number),
        description="Paid before, pays what is owed again",
    )
    draft = Draft(now)
    draft.move(locked, request)
    draft.consume(locked, paid, request)
    draft.post()


def is_overpaid(grant: Grant) -> bool:
    """Say whether credit is money that was paid beyond what was owed."""
    return grant.source == Grant.Source.ADJUSTMENT and grant.is_paid
