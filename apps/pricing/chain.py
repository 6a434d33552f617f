"""The chain of a price book: a record when a version is published, when its end moves, and when it is withdrawn.

A record is `["p1", price book's id, number, what, version's id, body, moment]`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from apps.ledger.records import canonical, micros_since_1970
from apps.pricing.models import PriceVersion

# What of a version rates usage; its end moves, and each move is a link of its own.
_TERMS = (
    "model",
    "scheme",
    "micros_per_million",
    "input_micros_per_million",
    "output_micros_per_million",
    "tiers",
    "package_size_micros",
    "package_price_micros",
    "minimum_micros",
    "created_by",
    "published_by",
    "approval",
)


def chain_of(price_book_id: int) -> str:
    """Return what the chain of a price book is called."""
    return f"prices:{price_book_id}"


def content(
    *,
    price_book_id: int,
    number: int,
    what: str,
    version_id: int,
    body: Mapping[str, Any],
    recorded_at: datetime,
) -> bytes:
    """Return the bytes that are hashed of a link."""
    moment = micros_since_1970(recorded_at)
    return canonical(["p1", price_book_id, number, what, version_id, body, moment])


def published_terms(version: PriceVersion) -> dict[str, Any]:
    """Return what is chained of a version: its meter, all that rates, its span, who published it and when."""
    return {
        **{name: getattr(version, name) for name in _TERMS},
        "meter": [version.meter.slug, version.meter.kind, version.meter.counts],
        "from": micros_since_1970(version.effective_from),
        "to": micros_since_1970(version.effective_to),
        "created": micros_since_1970(version.created_at),
        "published": micros_since_1970(version.published_at),
    }
