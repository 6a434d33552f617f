"""Open books and their accounts."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.ledger.models import Account, Book
from apps.ledger.records import opening_head


def open_book(*, book_id: UUID, unit: str, now: datetime) -> None:
    """Open an empty book with the given id; an existing one does not change."""
    Book.objects.bulk_create(
        [Book(id=book_id, unit=unit, head=opening_head(book_id, unit), opened_at=now)], ignore_conflicts=True
    )


@transaction.atomic
def open_accounts(*, book_id: UUID, roles: Mapping[str, str], unit: str, now: datetime) -> None:
    """Open an empty account in a book for each role, by code; existing ones do not change."""
    Account.objects.bulk_create(
        [
            Account(book_id=book_id, code=code, role=role, unit=unit, created_at=now)
            for code, role in sorted(roles.items())
        ],
        ignore_conflicts=True,
    )
