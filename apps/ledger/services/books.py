"""Books: opening them and locking them. The row of a book is the one lock for everything in it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet

from apps.common.prepared import PreparedRows
from apps.ledger.errors import UnknownBook
from apps.ledger.models import Book
from apps.ledger.records import opening_head


def open_book(*, book_id: UUID, unit: str, now: datetime) -> None:
    """Open an empty book under an id that the caller gives; one that exists stays as it is."""
    Book.objects.bulk_create(
        [Book(id=book_id, unit=unit, head=opening_head(book_id, unit), opened_at=now)], ignore_conflicts=True
    )


def lock_books(book_ids: Collection[UUID]) -> dict[UUID, Book]:
    """Lock books until the transaction ends, in the order of their ids, and return them by id.

    Raises:
        UnknownBook: one of the ids has no book.
    """
    wanted = sorted(set(book_ids))
    books = {book.pk: book for book in _BOOKS.rows(ids=wanted)}
    if len(books) != len(wanted):
        raise UnknownBook
    return books


def _books(*, ids: list[UUID]) -> QuerySet[Book]:
    return Book.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")


_BOOKS = PreparedRows[Book](_books)


def count_writing(books: Iterable[Book]) -> None:
    """Move the version of locked books that were written to: what was read at the one before may be stale."""
    Book.objects.filter(pk__in={book.pk for book in books}).update(version=F("version") + 1)
