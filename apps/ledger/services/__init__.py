"""Services that write to the ledger directly. Customers' credit is moved by `apps.wallets`, by the same rules."""

from apps.ledger.requests import HoldRequest, PostedWith, TransferRequest
from apps.ledger.services.books import open_accounts, open_book
from apps.ledger.services.checkpoints import rebuild_checkpoint, rebuild_hold_totals, take_checkpoint
from apps.ledger.services.transfers import post

__all__ = [
    "HoldRequest",
    "PostedWith",
    "TransferRequest",
    "open_accounts",
    "open_book",
    "post",
    "rebuild_checkpoint",
    "rebuild_hold_totals",
    "take_checkpoint",
]
