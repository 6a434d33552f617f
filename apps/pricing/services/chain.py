"""Add records to the chain of a price book, whose row the caller has locked."""

from collections.abc import Mapping
from datetime import datetime
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
    _link(version, What.END, {"to": micros_since_1970(version.effective_to), "approval": approval}, now)


def link_withdrawal(version: PriceVersion, approval: str, now: datetime) -> None:
    """Chain the withdrawal of a version that never took effect, with the approved request's id (empty: none)."""
    _link(version, What.WITHDRAWN, {"approval": approval}, now)


def _link(version: PriceVersion, what: What, body: Mapping[str, Any], now: datetime) -> None:
    last = PriceLink.objects.filter(book=version.book_id).order_by("-number").first()
    number, head = (last.number + 1, bytes(last.hash)) if last else (1, bytes(HASH_BYTES))
    record = content(
        price_book_id=version.book_id,
        number=number,
        what=what,
        version_id=version.pk,
        body=body,
        recorded_at=now,
    )
    PriceLink.objects.create(
        book_id=version.book_id,
        number=number,
        version=version,
        what=what,
        body=body,
        hash=linked(head, record),
        recorded_at=now,
    )
