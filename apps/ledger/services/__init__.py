"""Everything that writes to the ledger. Each service is one transaction; locks are taken in `locks.py` alone."""

from apps.ledger.services.accounts import open_accounts
from apps.ledger.services.audit import take_checkpoint
from apps.ledger.services.holds import (
    HoldRequest,
    capture_hold,
    close_holds,
    extend_hold,
    find_hold,
    place_hold,
    refuse_unless_pending,
)
from apps.ledger.services.locks import lock_accounts, lock_hold
from apps.ledger.services.posting import TransferRequest, post, posted_before

__all__ = [
    "HoldRequest",
    "TransferRequest",
    "capture_hold",
    "close_holds",
    "extend_hold",
    "find_hold",
    "lock_accounts",
    "lock_hold",
    "open_accounts",
    "place_hold",
    "post",
    "posted_before",
    "refuse_unless_pending",
    "take_checkpoint",
]
