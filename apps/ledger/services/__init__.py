"""What writes to the ledger for itself; a customer's credit is moved by the wallets, with the ledger's own rules."""

from apps.ledger.requests import HoldRequest, PostedWith, TransferRequest
from apps.ledger.services.accounts import open_accounts
from apps.ledger.services.audit import take_checkpoint
from apps.ledger.services.books import open_book
from apps.ledger.services.transfers import post

__all__ = [
    "HoldRequest",
    "PostedWith",
    "TransferRequest",
    "open_accounts",
    "open_book",
    "post",
    "take_checkpoint",
]
