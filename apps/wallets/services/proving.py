"""Adding the wallets' entries up anew, so that readers compare with a sum proven lately and what came since."""

from datetime import datetime, timedelta

from django.db.models import F

from apps.ledger import services as ledger
from apps.wallets.models import Wallet

BATCH = 500


def take_checkpoints(*, now: datetime, limit: int = BATCH, every: timedelta = timedelta(hours=20)) -> int:
    """Add up the entries of wallets whose last checkpoint is old or missing; return how many were done."""
    due = Wallet.objects.exclude(account__checkpoint__checked_at__gt=now - every).filter(account__version__gt=0)
    wallets = due.select_related("account").order_by(F("account__checkpoint__checked_at").asc(nulls_first=True), "pk")
    return len([ledger.take_checkpoint(wallet.account, now=now) for wallet in wallets[:limit]])
