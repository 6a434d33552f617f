"""Proofs: of records added since the last one, of a thirtieth of all books per night, or of everything."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from apps.proofs.findings import Finding
from apps.proofs.services import book_proofs, company

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class ProofResult:
    """The number of books proven, and the first finding of each broken chain."""

    books: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, *found: Finding | None) -> None:
        """Add findings and log them."""
        for each in found:
            if each is not None:
                self.findings.append(each)
                logger.error("proof_failed", extra={"chain": each.chain, "finding": str(each)})


def prove_moved(*, now: datetime) -> ProofResult:
    """Prove the new records of books and the audit trail, all prices, and the newest root."""
    return _prove(book_proofs.moved_books(), whole_books=False, whole_company=False, now=now)


def prove_thirtieth(*, now: datetime) -> ProofResult:
    """Prove a thirtieth of all books from their first record, the whole audit trail and all roots."""
    return _prove(book_proofs.books_due(now), whole_books=True, whole_company=True, now=now)


def prove_all(*, now: datetime) -> ProofResult:
    """Prove every book from its first record, the whole audit trail, all prices and all roots."""
    return _prove(book_proofs.all_books(), whole_books=True, whole_company=True, now=now)


def prove_one(book_id: UUID, *, now: datetime) -> ProofResult:
    """Prove one book from its first record."""
    outcome = ProofResult(books=1)
    outcome.add(book_proofs.prove_book(book_id, whole=True, now=now))
    return outcome


def _prove(book_ids: Iterable[UUID], *, whole_books: bool, whole_company: bool, now: datetime) -> ProofResult:
    outcome = ProofResult()
    outcome.add(*company.prove_existence(now=now))
    for book_id in book_ids:
        outcome.books += 1
        outcome.add(book_proofs.prove_book(book_id, whole=whole_books, now=now))
    outcome.add(company.prove_days(whole=whole_company, now=now))
    outcome.add(company.prove_audit_trail(whole=whole_company, now=now))
    outcome.add(*company.prove_prices(now=now))
    return outcome
