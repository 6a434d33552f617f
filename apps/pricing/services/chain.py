"""Add records to the chain of a price book, whose row the caller has locked."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import chain
from typing import Any

from apps.ledger.records import HASH_BYTES, linked, micros_since_1970
from apps.pricing.chain import content, published_terms
from apps.pricing.models import PriceLink, PriceVersion

What = PriceLink.What


def link_publication(version: PriceVersion, now: datetime) -> None:
    """Chain the publication of a version with all its terms."""
    _link(version, What.PUBLISHED, published_terms(version), now)


def link_end(version: PriceVersion, approval: str, now: datetime) -> None:
    """Chain the new end of a published version, with the id of the approved request that set it (empty: none)."""
    _link(version, What.END, _end(version, approval), now)


def link_withdrawal(version: PriceVersion, approval: str, now: datetime) -> None:
    """Chain the withdrawal of a version that never took effect, with the approved request's id (empty: none)."""
    _link(version, What.WITHDRAWN, {"approval": approval}, now)


def link_all(
    book_id: int, *, ended: Iterable[PriceVersion], published: Iterable[PriceVersion], approval: str, now: datetime
) -> None:
    """Chain the new ends of versions of a book, then the publications of others, in few statements."""
    ends = ((version, What.END, _end(version, approval)) for version in ended)
    starts = ((version, What.PUBLISHED, published_terms(version)) for version in published)
    _append(book_id, chain(ends, starts), now)


def _end(version: PriceVersion, approval: str) -> Mapping[str, Any]:
    return {"to": micros_since_1970(version.effective_to), "approval": approval}


def _link(version: PriceVersion, what: What, body: Mapping[str, Any], now: datetime) -> None:
    _append(version.book_id, [(version, what, body)], now)


def _append(book_id: int, records: Iterable[tuple[PriceVersion, What, Mapping[str, Any]]], now: datetime) -> None:
    last = PriceLink.objects.filter(book=book_id).order_by("-number").first()
    number, head = (last.number, bytes(last.hash)) if last else (0, bytes(HASH_BYTES))
    links = []
    for version, what, body in records:
        number += 1
        record = content(
            price_book_id=book_id, number=number, what=what, version_id=version.pk, body=body, recorded_at=now
        )
        head = linked(head, record)
        links.append(
            PriceLink(book_id=book_id, number=number, version=version, what=what, body=body, hash=head, recorded_at=now)
        )
    PriceLink.objects.bulk_create(links, batch_size=1_000)
