"""Opening a book."""

from datetime import datetime
from uuid import UUID

from apps.ledger.models import Book
from apps.ledger.records import opening_head


def open_book(*, book_id: UUID, unit: str, now: datetime) -> None:
    """Open an empty book under an id that the caller gives; one that exists stays as it is."""
    Book.objects.bulk_create(
        [Book(id=book_id, unit=unit, head=opening_head(book_id, unit), opened_at=now)], ignore_conflicts=True
    )
