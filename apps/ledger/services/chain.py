"""Log the hash of every new record of a book."""

import logging
from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.db import transaction

logger = logging.getLogger(__name__)


def log_records(records: Iterable[tuple[UUID, int, bytes]]) -> None:
    """Log the book, number and hash of new records after the commit, as a trace outside the database."""
    transaction.on_commit(partial(_log, [(str(book), number, digest.hex()) for book, number, digest in records]))


def _log(records: list[tuple[str, int, str]]) -> None:
    for book, number, digest in records:
        logger.info("record_chained", extra={"book": book, "number": number, "hash": digest})
