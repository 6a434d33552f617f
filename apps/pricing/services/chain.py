"""Add records to the chain of a price book, whose row the caller has locked."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from apps.common.rows import RowWriter
from apps.ledger.records import HASH_BYTES, linked, micros_since_1970
from apps.pricing.chain import content, published_terms
from apps.pricing.models import PriceLink, PriceVersion

What = PriceLink.What
# The number and hash of a chain's newest record.
Head = tuple[int, bytes]
Record = tuple[PriceVersion, What, Mapping[str, Any]]
NO_HEAD: Head = (0, bytes(HASH_BYTES))


def link_publication(version: PriceVersion, now: datetime) -> None:
    """Chain the publication of a version with all its terms."""
    _link(version, What.PUBLISHED, published_terms(version), now)


def link_end(version: PriceVersion, approval: str, now: datetime) -> None:
    """Chain the new end of a published version, with the id of the approved request that set it (empty: none)."""
    _link(version, What.END, _end(version, approval), now)


def link_publications(book_id: int, versions: Iterable[PriceVersion], now: datetime) -> None:
    """Chain the publications of several versions of a book."""
    _append(book_id, ((version, What.PUBLISHED, published_terms(version)) for version in versions), now)


def link_withdrawal(version: PriceVersion, approval: str, now: datetime) -> None:
    """Chain the withdrawal of a version that never took effect, with the approved request's id (empty: none)."""
    _link(version, What.WITHDRAWN, {"approval": approval}, now)


def records_of_list(ended: Iterable[PriceVersion], published: Iterable[PriceVersion], approval: str) -> list[Record]:
    """Return the records of a published price list: first the new ends of versions, then the publications."""
    ends = ((version, What.END, _end(version, approval)) for version in ended)
    return [*ends, *((version, What.PUBLISHED, published_terms(version)) for version in published)]


def insert_links(book_id: int, head: Head, records: Iterable[Record], *, now: datetime, writer: RowWriter) -> None:
    """Chain records of a book after the head of its chain."""
    rows = [
        (link.book_id, link.number, link.version_id, link.what, link.body, f"\\x{link.hash.hex()}", now)
        for link in _links(book_id, head, records, now)
    ]
    writer.insert(PriceLink, ("book_id", "number", "version_id", "what", "body", "hash", "recorded_at"), rows)


def _end(version: PriceVersion, approval: str) -> Mapping[str, Any]:
    return {"to": micros_since_1970(version.effective_to), "approval": approval}


def _link(version: PriceVersion, what: What, body: Mapping[str, Any], now: datetime) -> None:
    _append(version.book_id, [(version, what, body)], now)


def _append(book_id: int, records: Iterable[Record], now: datetime) -> None:
    last = PriceLink.objects.filter(book=book_id).order_by("-number").first()
    head = (last.number, bytes(last.hash)) if last else NO_HEAD
    PriceLink.objects.bulk_create(_links(book_id, head, records, now), batch_size=1_000)


def _links(book_id: int, head: Head, records: Iterable[Record], now: datetime) -> list[PriceLink]:
    number, last = head
    links = []
    for version, what, body in records:
        number += 1
        record = content(
            price_book_id=book_id, number=number, what=what, version_id=version.pk, body=body, recorded_at=now
        )
        last = linked(last, record)
        links.append(
            PriceLink(book_id=book_id, number=number, version=version, what=what, body=body, hash=last, recorded_at=now)
        )
    return links
