"""Open books and their accounts, and log what is written in them."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from apps.ledger.models import Account, Book
from apps.ledger.records import opening_head

logger = logging.getLogger(__name__)


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


def log_records(records: Iterable[tuple[UUID, int, bytes]]) -> None:
    """Log the book, number and hash of new records after the commit, as a trace outside the database."""
    transaction.on_commit(partial(_log, [(str(book), number, digest.hex()) for book, number, digest in records]))


def _log(records: list[tuple[str, int, str]]) -> None:
    for book, number, digest in records:
        logger.info("record_chained", extra={"book": book, "number": number, "hash": digest})
