"""Read a book's records from the tables for its proof.

Each slice takes one statement per kind of record, so postings can go on meanwhile without locks. A book's id is its
organization's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from apps.ledger.records import COVER, NoteRecord, Side, TransferRecord

SLICE = 2_000

# A record's number and an amount in micros.
Amount = tuple[int, int]


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A transfer as stored in the tables. `record` is None if it does not have one entry for each of its accounts.

    `grant` is the row of the grant that it made, `terms` the grant's chained terms. `parts` and `covers` come from
    consumptions, `undoes` from undoings, `net` from the charge's net.
    """

    number: int
    hash: bytes
    key: str
    kind: str
    recorded_at: datetime
    record: TransferRecord | None
    reverses: int | None
    reverses_kind: str | None
    grant: Sequence[Any] | None
    terms: Sequence[Any] | None
    ends: Sequence[int] | None
    parts: Sequence[Amount]
    covers: Sequence[Amount]
    undoes: Sequence[Amount]
    short: int
    net: int | None

    @property
    def label(self) -> str:
        """The name that findings show."""
        return self.key

    def content(self) -> bytes | None:
        """Return the bytes that are hashed; None if the entries do not form a record."""
        return self.record.content() if self.record is not None else None


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note as stored in the table; for one that freed credit paid shortfalls, also the consumptions it names."""

    number: int
    hash: bytes
    record: NoteRecord
    consumed: Sequence[tuple[int, int, int]]

    @property
    def label(self) -> str:
        """The name that findings show."""
        return self.record.what

    def content(self) -> bytes:
        """Return the bytes that are hashed."""
        return self.record.content()


Row = TransferRow | NoteRow

# Subqueries per record use the indexes, so that the cost of a slice does not depend on the planner's estimates.
_TRANSFERS = """
SELECT t.number, t.hash, t.key, t.fingerprint, t.kind, s.code, d.code, s.unit, t.amount_micros, t.description,
  t.created_by, t.cause_type, t.cause_id, r.number, t.metadata::json, t.effective_at, t.recorded_at,
  t.grant_terms::json, (
    SELECT json_agg(json_build_array(a.code, e.amount_micros, e.balance_after_micros, e.account_version,
      e.effective_at = t.effective_at AND e.recorded_at = t.recorded_at) ORDER BY e.amount_micros, e.id)
    FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
    WHERE e.book_id = t.book_id AND e.transfer_id = t.id), (
    SELECT json_agg(json_build_array(gt.number, c.amount_micros) ORDER BY c.id)
    FROM wallets_consumption c JOIN wallets_grant cg ON cg.id = c.grant_id
    JOIN ledger_transfer gt ON gt.id = cg.transfer_id
    WHERE c.transfer_id = t.id AND c.number = t.number), (
    SELECT json_agg(json_build_array(o.number, c.amount_micros) ORDER BY c.id)
    FROM wallets_consumption c JOIN ledger_transfer o ON o.id = c.transfer_id
    WHERE c.grant_id = g.id AND c.number = t.number AND c.transfer_id <> t.id), (
    SELECT json_agg(json_build_array(o.number, u.amount_micros) ORDER BY u.id)
    FROM wallets_chargereversal u JOIN wallets_chargenet un ON un.id = u.charge_id
    JOIN ledger_transfer o ON o.id = un.transfer_id WHERE u.transfer_id = t.id),
  COALESCE(f.amount_micros, 0), n.amount_micros, r.kind,
  CASE WHEN g.id IS NOT NULL THEN json_build_array(g.source, g.priority, g.is_paid, g.amount_micros, g.paid_micros,
    (EXTRACT(EPOCH FROM g.granted_at) * 1000000)::bigint, (EXTRACT(EPOCH FROM g.expires_at) * 1000000)::bigint,
    g.key, g.description, (EXTRACT(EPOCH FROM g.starts_at) * 1000000)::bigint) END
FROM ledger_transfer t JOIN ledger_account s ON s.id = t.source_id JOIN ledger_account d ON d.id = t.destination_id
LEFT JOIN ledger_transfer r ON r.id = t.reverses_id
LEFT JOIN wallets_shortfall f ON f.organization_id = t.book_id AND f.transfer_id = t.id
LEFT JOIN wallets_chargenet n ON n.organization_id = t.book_id AND n.transfer_id = t.id
LEFT JOIN wallets_grant g ON g.organization_id = t.book_id AND g.transfer_id = t.id
WHERE t.book_id = %(book)s AND t.number > %(after)s AND t.number <= %(through)s
"""
_NOTES = """
SELECT n.number, n.hash, n.what, n.body::json, n.recorded_at, (
  SELECT json_agg(json_build_array(gt.number, o.number, c.amount_micros) ORDER BY c.id)
  FROM json_array_elements(n.body::json -> 'parts') AS part (of)
  JOIN ledger_transfer gt ON gt.book_id = n.book_id AND gt.number = (part.of ->> 0)::bigint
  JOIN wallets_grant g ON g.organization_id = n.book_id AND g.transfer_id = gt.id
  JOIN ledger_transfer o ON o.book_id = n.book_id AND o.number = (part.of ->> 1)::bigint
  JOIN wallets_consumption c ON c.grant_id = g.id AND c.transfer_id = o.id AND c.number = n.number)
FROM ledger_booknote n WHERE n.book_id = %(book)s AND n.number > %(after)s AND n.number <= %(through)s
"""


def record_slice(book_id: UUID, after: int, through: int) -> list[Row]:
    """Return the records with numbers above `after` and up to `through`, in order."""
    bounds = {"book": book_id, "after": after, "through": through}
    transfers = [_transfer(book_id, row) for row in _fetched(_TRANSFERS, bounds)]
    notes = [_note(book_id, row) for row in _fetched(_NOTES, bounds)]
    return sorted([*transfers, *notes], key=lambda row: row.number)


def _fetched(sql: str, values: dict[str, Any]) -> Iterator[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        yield from cursor.fetchall()


def _pairs(found: list[list[int]] | None) -> list[Amount]:
    return [(number, amount) for number, amount in found or ()]


def _transfer(book_id: UUID, row: Sequence[Any]) -> TransferRow:
    number, digest, key, fingerprint, kind, source, destination, unit, amount, description = row[:10]
    created_by, cause_type, cause_id, reverses, metadata, effective_at, recorded_at, grant_terms = row[10:18]
    entries, parts, covers, undoes = row[18], _pairs(row[19]), _pairs(row[20]), _pairs(row[21])
    short, net, reverses_kind, grant = row[22:]
    effects: dict[str, object] = dict(grant_terms)
    for name, there in (("parts", parts), ("covers", covers), ("undoes", undoes), ("short", short)):
        effects.pop(name, None)  # only its own rows may say it
        if there:
            effects[name] = there
    sides = _sides(entries or [], source, destination)
    record = sides and TransferRecord(
        book_id=book_id,
        number=number,
        key=key,
        fingerprint=fingerprint,
        kind=kind,
        unit=unit,
        amount_micros=amount,
        description=description,
        created_by=created_by,
        cause_type=cause_type,
        cause_id=cause_id,
        reverses=reverses,
        metadata=metadata,
        effective_at=effective_at,
        recorded_at=recorded_at,
        source=sides[0],
        destination=sides[1],
        effects=effects,
    )
    return TransferRow(
        number=number,
        hash=bytes(digest),
        key=key,
        kind=kind,
        recorded_at=recorded_at,
        record=record or None,
        reverses=reverses,
        reverses_kind=reverses_kind,
        grant=_grant(grant),
        terms=grant_terms.get("grant"),
        ends=grant_terms.get("ends"),
        parts=parts,
        covers=covers,
        undoes=undoes,
        short=short,
        net=net,
    )


def _sides(entries: list[list[Any]], source: str, destination: str) -> tuple[Side, Side] | None:
    """Return the two sides; None unless there is one entry per account with the transfer's times."""
    if [(code, same) for code, _, _, _, same in entries] != [(source, True), (destination, True)]:
        return None
    first, second = (Side(code, amount, after, version) for code, amount, after, version, _ in entries)
    return first, second


def _grant(row: list[Any] | None) -> list[Any] | None:
    """Return a grant's row in the shape of chained terms, which have a start only if it is set."""
    return row[:-1] if row is not None and row[-1] is None else row


def _note(book_id: UUID, row: Sequence[Any]) -> NoteRow:
    number, digest, what, body, recorded_at, consumed = row
    record = NoteRecord(book_id, number, what, body, recorded_at)
    return NoteRow(number, bytes(digest), record, [tuple(part) for part in consumed or ()] if what == COVER else ())
