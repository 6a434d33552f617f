"""The chain of a book beyond its transfers: notes, and the line in the log that each record leaves."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.common.transactions import serialized
from apps.common.writing import insert_rows, update_rows
from apps.ledger.models import BookNote
from apps.ledger.records import NoteRecord, linked
from apps.ledger.services.books import lock_books

logger = logging.getLogger(__name__)


@serialized
def add_note(book_id: UUID, what: str, body: Mapping[str, Any], *, now: datetime) -> int:
    """Chain a change that moved no money, in a book that the caller has locked; return the note's number."""
    book = lock_books([book_id])[book_id]
    book.version += 1
    book.number += 1
    record = NoteRecord(book_id, book.number, what, body, now)
    book.head = digest = linked(bytes(book.head), record.content())
    insert_rows([BookNote(book_id=book_id, number=book.number, what=what, body=body, hash=digest, recorded_at=now)])
    update_rows([book], "version", "number", "head")
    log_records([(book_id, book.number, digest)])
    return book.number


def log_records(records: Iterable[tuple[UUID, int, bytes]]) -> None:
    """Log book, number and hash of new records once they are committed, where no database can take them back."""
    transaction.on_commit(partial(_log, [(str(book), number, digest.hex()) for book, number, digest in records]))


def _log(records: list[tuple[str, int, str]]) -> None:
    for book, number, digest in records:
        logger.info("record_chained", extra={"book": book, "number": number, "hash": digest})
