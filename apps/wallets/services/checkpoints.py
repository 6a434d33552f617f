"""Add up the entries of wallets again, so that a check adds only the entries since the last checkpoint."""

import logging
from datetime import datetime, timedelta

from django.db.models import Q

from apps.ledger import services as ledger
from apps.ledger.models import Account, Checkpoint
from apps.wallets.models import Wallet

logger = logging.getLogger(__name__)

BATCH = 500
EVERY = timedelta(hours=20)


def take_checkpoints(*, now: datetime, limit: int = BATCH) -> int:
    """Add up all entries of wallets whose checkpoint is missing or old; return how many wallets were done.

    Between runs, a write that takes a wallet far enough past its checkpoint moves the checkpoint. A wallet whose
    balance differs from the sum of its entries is logged as an error.
    """
    due = Q(account__checkpoint=None) | Q(account__checkpoint__checked_at__lte=now - EVERY)
    wallets = Wallet.objects.filter(due, account__version__gt=0).select_related("account").order_by("pk")[:limit]
    done = [(wallet.account, ledger.take_checkpoint(wallet.account, now=now)) for wallet in wallets]
    for account, checkpoint in done:
        _compare(account, checkpoint)
    return len(done)


def _compare(account: Account, checkpoint: Checkpoint) -> None:
    """Log an account that differs from its entries, unless entries were added after the account was read."""
    moved_since = account.version < checkpoint.through_version
    same = (account.version, account.balance_micros) == (checkpoint.through_version, checkpoint.entries_micros)
    if not moved_since and not same:
        logger.error(
            "account %s differs from its entries: balance %s at version %s, entries %s through version %s",
            account.code,
            account.balance_micros,
            account.version,
            checkpoint.entries_micros,
            checkpoint.through_version,
        )
