"""Everything that writes to the ledger. Each service is one transaction; a book is locked in `books.py` alone."""

from apps.ledger.services.accounts import open_accounts
from apps.ledger.services.audit import take_checkpoint
from apps.ledger.services.books import count_writing, lock_books, open_book
from apps.ledger.services.chain import add_note
from apps.ledger.services.holds import (
    HoldRequest,
    capture_hold,
    close_holds,
    extend_hold,
    find_hold,
    place_hold,
    refuse_unless_pending,
)
from apps.ledger.services.posting import PostedWith, TransferRequest, post, posted_before
from apps.ledger.services.rows import read_accounts, read_hold

__all__ = [
    "HoldRequest",
    "PostedWith",
    "TransferRequest",
    "add_note",
    "capture_hold",
    "close_holds",
    "count_writing",
    "extend_hold",
    "find_hold",
    "lock_books",
    "open_accounts",
    "open_book",
    "place_hold",
    "post",
    "posted_before",
    "read_accounts",
    "read_hold",
    "refuse_unless_pending",
    "take_checkpoint",
]
