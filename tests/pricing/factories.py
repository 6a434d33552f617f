"""Meters and prices for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from apps.pricing.models import Meter, PriceBook, PriceVersion
from apps.pricing.services import PriceSlot, PriceTerms, define_meter, list_price_book, set_price

EARLY = datetime(2020, 1, 1, tzinfo=UTC)
KIND_COUNTS = {"token": "tokens", "event": "events", "character": "characters"}


def make_meter(slug: str = "chat", kind: str = "token", **fields: Any) -> Meter:
    """Define a meter that counts what its kind usually counts."""
    options = {"name": slug.title(), "unit": kind, "counts": KIND_COUNTS.get(kind, "quantity"), **fields}
    return define_meter(slug=slug, kind=kind, now=EARLY, **options)


def price(
    meter: Meter,
    *,
    book: PriceBook | None = None,
    start: datetime = EARLY,
    effective_to: datetime | None = None,
    model: str = "",
    **terms: Any,
) -> PriceVersion:
    """Publish a price, on the dollar list unless another book is given, the day before it starts."""
    terms.setdefault("scheme", "per_token" if meter.counts == "tokens" else "per_unit")
    return set_price(
        slot=PriceSlot(
            book=book or list_price_book(currency="USD", now=EARLY),
            meter=meter,
            model=model,
            effective_from=start,
            effective_to=effective_to,
        ),
        terms=PriceTerms(**terms),
        created_by="staff:ann",
        now=start - timedelta(days=1),
    )
