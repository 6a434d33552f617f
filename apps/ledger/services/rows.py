"""Rows of books that their caller has locked."""

from collections.abc import Collection
from uuid import UUID

from apps.common.prepared import PreparedRows
from apps.ledger.errors import HoldNotFound, UnknownAccount
from apps.ledger.models import Account, Hold

# An account by its book and its code.
Place = tuple[UUID, str]


def read_accounts(places: Collection[Place]) -> dict[Place, Account]:
    """Return accounts of locked books by book and code, as they are now.

    Raises:
        UnknownAccount: one of them does not exist.
    """
    wanted = sorted(set(places))
    books, codes = sorted({book for book, _ in wanted}), sorted({code for _, code in wanted})
    accounts = {(each.book_id, each.code): each for each in _ACCOUNTS.rows(books=books, codes=codes)}
    missing = [code for book, code in wanted if (book, code) not in accounts]
    if missing:
        raise UnknownAccount(f"No account {missing[0]}")
    return accounts


def read_hold(hold_id: UUID, book_id: UUID) -> Hold:
    """Return one hold of a locked book.

    Raises:
        HoldNotFound: the book has no such hold.
    """
    found = _HOLD.first(hold_id=hold_id, book_id=book_id)
    if found is None:
        raise HoldNotFound
    return found


_ACCOUNTS = PreparedRows[Account](lambda *, books, codes: Account.objects.filter(book__in=books, code__in=codes))
_HOLD = PreparedRows[Hold](lambda *, hold_id, book_id: Hold.objects.filter(pk=hold_id, book=book_id))
