"""Proving everything: what moved since the last time, a thirtieth of all books a night, or all of it on demand."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from apps.proofs.findings import Finding
from apps.proofs.services import books, company


@dataclass(slots=True)
class Outcome:
    """How many books were looked at, and the first thing found of each chain that is broken."""

    books: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, found: Finding | None) -> None:
        """Add what was found, if anything."""
        if found is not None:
            self.findings.append(found)


def prove_moved(*, now: datetime) -> Outcome:
    """Prove what came since the last proof: of books, of the audit trail, of prices, and the newest root."""
    return _prove(books.moved_books(), whole_books=False, whole_company=False, now=now)


def prove_thirtieth(*, now: datetime) -> Outcome:
    """Prove a thirtieth of all books from their first record, the whole audit trail and all roots."""
    return _prove(books.books_due(now), whole_books=True, whole_company=True, now=now)


def prove_all(*, now: datetime) -> Outcome:
    """Prove every book from its first record, and everything else."""
    return _prove(books.all_books(), whole_books=True, whole_company=True, now=now)


def prove_one(book_id: UUID, *, now: datetime) -> Outcome:
    """Prove one book from its first record."""
    outcome = Outcome(books=1)
    outcome.add(books.prove_book(book_id, whole=True, now=now))
    return outcome


def _prove(book_ids: Iterable[UUID], *, whole_books: bool, whole_company: bool, now: datetime) -> Outcome:
    outcome = Outcome(findings=company.lost_books())
    for book_id in book_ids:
        outcome.books += 1
        outcome.add(books.prove_book(book_id, whole=whole_books, now=now))
    outcome.add(company.prove_roots(whole=whole_company))
    outcome.add(company.prove_audit_trail(whole=whole_company, now=now))
    outcome.findings += company.prove_prices(now=now)
    return outcome
