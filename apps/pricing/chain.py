"""The hashed content of a price book's chain: a record per publication, changed end and withdrawal of a version.

A record is `["p1", price book's id, number, what, version's id, body, microseconds since 1970]`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from apps.ledger.records import canonical, micros_since_1970
from apps.pricing.models import PriceVersion

# The terms of a version, without its end: each change of the end is a link of its own.
_TERMS = (
    "model",
    "scheme",
    "micros_per_million",
    "input_micros_per_million",
    "output_micros_per_million",
    "tiers",
    "cells",
    "package_size_micros",
    "package_price_micros",
    "minimum_micros",
    "created_by",
    "published_by",
    "approval",
)


def chain_of(price_book_id: int) -> str:
    """Return the name of a price book's chain."""
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
    """Return the bytes of a link that are hashed."""
    moment = micros_since_1970(recorded_at)
    return canonical(["p1", price_book_id, number, what, version_id, body, moment])


def published_terms(version: PriceVersion) -> dict[str, Any]:
    """Return the chained body of a publication: meter, terms, span, creator and publisher with their times."""
    return {
        **{name: getattr(version, name) for name in _TERMS},
        "meter": [
            version.meter.slug,
            version.meter.kind,
            version.meter.counts,
            *filter(None, [version.meter.unique_of]),
        ],
        "from": micros_since_1970(version.effective_from),
        "to": micros_since_1970(version.effective_to),
        "created": micros_since_1970(version.created_at),
        "published": micros_since_1970(version.published_at),
    }
