"""Adding the wallets' entries up anew, so that readers compare with a sum proven lately and what came since."""

from datetime import datetime, timedelta

from django.db.models import F, Q

from apps.ledger import services as ledger
from apps.wallets.models import Wallet

BATCH = 500
EVERY = timedelta(hours=20)
# A wallet that has grown by this many entries and a tenth is added up sooner: a reader adds up the rest each time.
GROWN_BY = 1_000


def take_checkpoints(*, now: datetime, limit: int = BATCH) -> int:
    """Add up the entries of wallets whose checkpoint is missing, old or far behind; return how many were done."""
    proven = F("account__checkpoint__through_version")
    due = (
        Q(account__checkpoint=None)
        | Q(account__checkpoint__checked_at__lte=now - EVERY)
        | Q(account__version__gt=proven + proven / 10 + GROWN_BY)
    )
    wallets = Wallet.objects.filter(due, account__version__gt=0).select_related("account").order_by("pk")[:limit]
    return len([ledger.take_checkpoint(wallet.account, now=now) for wallet in wallets])
