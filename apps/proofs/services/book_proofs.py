"""Prove books, each from its mark or from its first record to its head."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import connection

from apps.ledger.models import BookNote, Transfer
from apps.ledger.records import opening_head
from apps.proofs.book_figures import Figures, book_figures, differences
from apps.proofs.book_rows import SLICE, record_slice
from apps.proofs.findings import Finding, Rule, record_finding
from apps.proofs.models import ProofMark
from apps.proofs.transfer_replay import BrokenRecord, Sums
from apps.wallets.consistency import book_mismatches

# Each book is proven from its first record once in this many nights.
NIGHTS = 30

_MOVED = """
    SELECT b.id FROM ledger_book b LEFT JOIN proofs_proofmark m ON m.chain = b.id::text
    WHERE b.number <> COALESCE(m.number, 0) OR m.found <> '' ORDER BY b.id
"""
_DUE = "SELECT id FROM ledger_book WHERE abs(hashtext(id::text)::bigint) %% %s = %s ORDER BY id"
_UNIT = "SELECT unit FROM ledger_book WHERE id = %s"


def moved_books() -> list[UUID]:
    """Return the ids of books with records after their mark, and of broken books."""
    return _ids(_MOVED)


def books_due(now: datetime) -> list[UUID]:
    """Return the ids of the thirtieth of all books that tonight's run proves from the first record."""
    return _ids(_DUE, NIGHTS, now.date().toordinal() % NIGHTS)


def all_books() -> list[UUID]:
    """Return the ids of all books."""
    return _ids("SELECT id FROM ledger_book ORDER BY id")


def broken_chains() -> list[Finding]:
    """Prove every book from its first record without writing marks; return the first finding of each broken one."""
    return [found for book_id in all_books() if (found := _first_finding(book_id))]


def _first_finding(book_id: UUID) -> Finding | None:
    figures, sums = book_figures(book_id, mark=None), _start(book_id, None)
    chain = str(book_id)
    for found in _of_records(chain, book_id, figures, sums, None):
        return found
    return next(iter([*_of_head(chain, figures, sums), *differences(chain, figures, sums)]), None)


def prove_book(book_id: UUID, *, whole: bool, now: datetime) -> Finding | None:
    """Prove a book from its mark or, if `whole`, from its first record; move the mark and return the first finding.

    Unless `whole`, the mark moves with each slice, so that an interrupted proof continues there. A finding is stored on
    the mark, which does not move past it, and the book is proven from its first record until nothing is found: the
    broken record may come before the mark.
    """
    chain = str(book_id)
    mark = ProofMark.objects.filter(pk=chain).first()
    whole = whole or bool(mark and mark.found)
    kept_at = None if whole else now
    whole = whole or mark is None
    figures = book_figures(book_id, mark=None if whole else mark)
    sums = _start(book_id, None if whole else mark)
    found = next(_findings(book_id, figures, sums, mark, kept_at, whole=whole), None)
    _write_mark(chain, sums if found is None else None, mark, now, str(found or ""))
    return found


def _start(book_id: UUID, mark: ProofMark | None) -> Sums:
    if mark is not None and mark.number:
        return Sums.from_mark(mark.number, bytes(mark.hash), mark.sums)
    with connection.cursor() as cursor:
        cursor.execute(_UNIT, [book_id])
        (unit,) = cursor.fetchone()
    return Sums(head=opening_head(book_id, unit))


def _findings(
    book_id: UUID,
    figures: Figures,
    sums: Sums,
    mark: ProofMark | None,
    kept_at: datetime | None,
    *,
    whole: bool,
) -> Iterator[Finding]:
    chain = str(book_id)
    if not whole:
        yield from _of_mark(chain, book_id, figures, mark)
    yield from _of_records(chain, book_id, figures, sums, kept_at)
    if whole:
        yield from _of_mark(chain, book_id, figures, mark)
    yield from _of_head(chain, figures, sums)
    yield from differences(chain, figures, sums)
    if whole:
        for each in book_mismatches(book_id):
            yield Finding(chain, Rule.R6, each.where, f"{each.rule}: expected {each.expected}, found {each.found}")


def _of_mark(chain: str, book_id: UUID, figures: Figures, mark: ProofMark | None) -> Iterator[Finding]:
    """R4: the proven and sealed records still exist."""
    known = {number: digest for number, digest in figures.day_heads.items()}
    if mark is not None and mark.number:
        known[mark.number] = bytes(mark.hash).hex()
    stored = _hashes(book_id, list(known))
    for number, digest in sorted(known.items()):
        if stored.get(number) != digest:
            detail = f"proven or sealed, but the last record is {figures.number}" if number > figures.number else ""
            yield record_finding(chain, Rule.R4, number, detail=detail)


def _hashes(book_id: UUID, numbers: list[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for model in (Transfer, BookNote):
        rows = model._default_manager.filter(book=book_id, number__in=numbers).values_list("number", "hash")
        found |= {number: bytes(digest).hex() for number, digest in rows}
    return found


def _of_records(chain: str, book_id: UUID, figures: Figures, sums: Sums, kept_at: datetime | None) -> Iterator[Finding]:
    """R1, R2, R5, R6: every record follows from the one before. With `kept_at`, move the mark after each slice."""
    while sums.number < figures.number:
        through = min(sums.number + SLICE, figures.number)
        for row in record_slice(book_id, sums.number, through):
            try:
                sums.add(row)
            except BrokenRecord as broken:
                number = sums.number + 1 if broken.rule is Rule.R2 else row.number
                label = "" if broken.rule is Rule.R2 else row.label
                yield record_finding(chain, broken.rule, number, label, broken.detail)
                return
        if sums.number < through:
            yield record_finding(chain, *_gap(book_id, sums.number))
            return
        if kept_at is not None and through < figures.number:
            _write_mark(chain, sums, None, kept_at, "")


def _gap(book_id: UUID, last: int) -> tuple[Rule, int]:
    """Return the rule and number for a missing record: R2 if later records exist, otherwise R3."""
    later = any(model._default_manager.filter(book=book_id, number__gt=last).exists() for model in (Transfer, BookNote))
    return (Rule.R2, last + 1) if later else (Rule.R3, last + 1)


def _of_head(chain: str, figures: Figures, sums: Sums) -> Iterator[Finding]:
    if sums.number == figures.number and sums.head != figures.head:
        yield record_finding(chain, Rule.R3, figures.number, detail="the head has another hash")
    if figures.beyond is not None:
        yield record_finding(chain, Rule.R3, figures.beyond, detail="it comes after the head")


def _write_mark(chain: str, sums: Sums | None, mark: ProofMark | None, now: datetime, found: str) -> None:
    values: dict[str, object] = {"proven_at": now, "found": found}
    if sums is not None:
        values |= {"number": sums.number, "hash": sums.head, "sums": sums.carried()}
    elif mark is None:
        values |= {"number": 0, "hash": b""}
    ProofMark.objects.update_or_create(chain=chain, defaults=values)


def _ids(sql: str, *values: int) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return [row[0] for row in cursor.fetchall()]
