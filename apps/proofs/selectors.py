"""Reads of proofs: a day's root, its leaves, and the path from a chain's head to the root."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from apps.common.strict_json import moment_text
from apps.ledger.merkle import Step, Tree, leaf
from apps.proofs.errors import ProofNotFound
from apps.proofs.models import DayRoot

# One index lookup per chain, however many days there are.
_LEAVES = """
    SELECT c.chain, h.number, h.hash FROM (
      SELECT b.id::text AS chain, 0 AS kind, b.id::text AS name, 0 AS place FROM ledger_book b
      UNION ALL SELECT 'audit', 1, '', 0
      UNION ALL SELECT 'prices:' || p.id, 2, '', p.id FROM pricing_pricebook p) c
    JOIN LATERAL (
      SELECT h.number, h.hash FROM proofs_dayhead h WHERE h.chain = c.chain AND h.day <= %s
      ORDER BY h.day DESC LIMIT 1) h ON TRUE
    ORDER BY c.kind, c.name COLLATE "C", c.place
"""

Leaf = tuple[str, int, bytes]


@dataclass(frozen=True, slots=True)
class OwnPath:
    """A book's head in a day's root, and the path from it to the root."""

    number: int
    head: bytes
    path: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Proof:
    """A day's root, and a book's path to it; None if the book had no record."""

    root: DayRoot
    own: OwnPath | None


def day_leaves(day: date) -> list[Leaf]:
    """Return (chain, number, hash) of the newest head of each chain by a day: books by id, `audit`, prices by id."""
    with connection.cursor() as cursor:
        cursor.execute(_LEAVES, [day])
        return [(chain, number, bytes(digest)) for chain, number, digest in cursor.fetchall()]


def tree_of(leaves: Sequence[Leaf]) -> Tree:
    """Return the Merkle tree over leaves."""
    return Tree([leaf(*each) for each in leaves])


def proof_of(day: date, book_id: UUID) -> Proof:
    """Return a day's root and a book's path to it.

    Raises:
        ProofNotFound: the day was not sealed.
    """
    sealed = DayRoot.objects.filter(pk=day).first()
    if sealed is None:
        raise ProofNotFound
    places, tree = _folded(day, bytes(sealed.root))
    found = places.get(str(book_id))
    if found is None:
        return Proof(sealed, None)
    index, number, head = found
    return Proof(sealed, OwnPath(number, head, tree.path(index)))


@lru_cache(maxsize=1)
def _folded(day: date, root: bytes) -> tuple[dict[str, tuple[int, int, bytes]], Tree]:
    """Return each chain's leaf by name, and the tree. Cached for one day, since most requests ask for the newest."""
    leaves = day_leaves(day)
    return {chain: (index, number, head) for index, (chain, number, head) in enumerate(leaves)}, tree_of(leaves)


def root_document(sealed: DayRoot) -> dict[str, Any]:
    """Return a day's root as the API returns it and PROOF_URL receives it; hashes, key and signature in hex."""
    document = {
        "day": sealed.day.isoformat(),
        "root": bytes(sealed.root).hex(),
        "signature": bytes(sealed.signature).hex(),
        "keyId": sealed.key_id,
        "leafCount": sealed.leaf_count,
        "sealedAt": moment_text(sealed.sealed_at),
    }
    return document if sealed.sent_at is None else {**document, "sentAt": moment_text(sealed.sent_at)}
