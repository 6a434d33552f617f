"""Draft price versions."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.common.periods import month_of
from apps.pricing import errors
from apps.pricing.costs import SCHEMES
from apps.pricing.model_names import normal_model
from apps.pricing.models import FIGURES, Meter, PriceBook, PriceVersion
from apps.pricing.terms import check_cells, check_scheme_fits, check_tiers


@dataclass(frozen=True, slots=True)
class PriceTerms:
    """The terms of a price: money in micros, unit prices in micros per million units, quantities in micros."""

    scheme: str
    micros_per_million: int | None = None
    input_micros_per_million: int | None = None
    output_micros_per_million: int | None = None
    tiers: list[Mapping[str, Any]] = field(default_factory=list)
    cells: Mapping[str, Any] = field(default_factory=dict)
    package_size_micros: int = 0
    package_price_micros: int = 0
    minimum_micros: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSlot:
    """The book, meter and model that a price is for, and the half-open span in which it is in force."""

    book: PriceBook
    meter: Meter
    effective_from: datetime
    effective_to: datetime | None = None
    model: str = ""


@transaction.atomic
def draft_price_version(*, slot: PriceSlot, terms: PriceTerms, created_by: str, now: datetime) -> PriceVersion:
    """Create a draft, which is not in force until it is published.

    Raises:
        PriceTermsInvalid: the terms are invalid.
    """
    row = PriceVersion(
        book=slot.book,
        meter=slot.meter,
        model=normal_model(slot.model),
        effective_from=slot.effective_from,
        effective_to=slot.effective_to,
        created_by=created_by,
        created_at=now,
        **asdict(terms),
    )
    check_terms(row)
    row.save(force_insert=True)
    return row


def check_terms(draft: PriceVersion) -> None:
    """Refuse a draft with invalid terms.

    Raises:
        PriceTermsInvalid: a term is missing, contradicts another, or does not fit the meter.
    """
    check_scheme_fits(scheme=draft.scheme, counts=draft.meter.counts, model=draft.model)
    check_tiers(draft.scheme, draft.tiers)
    check_cells(draft.scheme, draft.cells)
    if draft.book.purpose == PriceBook.Purpose.COST:
        _check_cost(draft)
    missing = {
        "per_unit": draft.micros_per_million is None,
        "per_token": (draft.micros_per_million, draft.input_micros_per_million, draft.output_micros_per_million)
        == (None, None, None),
        "package": draft.package_size_micros <= 0,
    }
    if missing.get(draft.scheme):
        raise errors.PriceTermsInvalid("the price that the scheme needs is missing", field="scheme")
    check_span(draft.meter, draft.effective_from, draft.effective_to)


def check_span(meter: Meter, start: datetime, end: datetime | None) -> None:
    """Refuse a span that does not fit what the meter counts.

    Raises:
        PriceTermsInvalid: it ends before it starts; or the meter counts a figure of a UTC month, which has one price,
            and the span starts or ends within one.
    """
    if end is not None and end <= start:
        raise errors.PriceTermsInvalid("a price must end after it starts", field="effective_to")
    for field_name, moment in (("effective_from", start), ("effective_to", end)):
        if meter.counts in FIGURES and moment is not None and moment != month_of(moment).start:
            raise errors.PriceTermsInvalid(
                "the price of a month's greatest, latest or distinct count starts and ends at the start of a UTC month",
                field=field_name,
            )


def _check_cost(draft: PriceVersion) -> None:
    """Refuse terms that would make an event's cost depend on other events, or on itself."""
    if draft.scheme not in SCHEMES:
        raise errors.PriceTermsInvalid("a cost is per unit, per token or a price table", field="scheme")
    if draft.minimum_micros:
        raise errors.PriceTermsInvalid("a cost has no monthly minimum", field="minimum_micros")
    if "month_prices" in draft.cells:
        raise errors.PriceTermsInvalid("a cost cannot depend on the month's total", field="cells")
    if "per_cost_ppm" in draft.cells:
        raise errors.PriceTermsInvalid("a cost cannot be a share of the cost", field="cells")
