"""The exact rate of a document's tax and its parts by place, such as state and city, if Stripe Tax calculated it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from apps.common.money import split
from apps.invoices.models import Document, DocumentTax, TaxCalculation
from apps.invoices.stripe_tax import PlaceTax, read_answer

Group = tuple[str, int]


@dataclass(frozen=True, slots=True)
class PlacedTax:
    """The rate of a category and rate in percent, without rounding, and its tax by place, if there are several."""

    rate: Decimal
    places: tuple[PlaceTax, ...] = ()


def placed_taxes(document: Document, taxes: Iterable[DocumentTax]) -> dict[Group, PlacedTax]:
    """Return the exact rates and places of a document's taxes, by category and rate.

    A credit note has the places of its invoice, with its own tax in proportion.
    """
    told = _told(document.tax_calculation)
    return {(tax.category, tax.rate): _placed(tax, document.step, told) for tax in taxes}


def _told(row: TaxCalculation | None) -> dict[Group, list[PlaceTax]]:
    """Return the tax by place from Stripe's answer; products of one category and rate are added up."""
    if row is None or row.answer is None:
        return {}
    found: dict[Group, dict[tuple[str, Decimal], PlaceTax]] = {}
    for each in read_answer(row.question, row.answer, language="en", exempt_text="").values():
        places = found.setdefault(each.choice.group, {})
        for place in each.places:
            known = places.get((place.name, place.rate), PlaceTax(place.name, place.rate, 0, 0))
            base, tax = known.base_micros + place.base_micros, known.tax_micros + place.tax_micros
            places[place.name, place.rate] = PlaceTax(place.name, place.rate, base, tax)
    return {group: list(places.values()) for group, places in found.items()}


def _placed(tax: DocumentTax, step: int, told: dict[Group, list[PlaceTax]]) -> PlacedTax:
    """Return the sum of the places' rates, if each taxes the whole base; the rounded rate if not."""
    places = told.get((tax.category, tax.rate), [])
    is_whole = len({place.base_micros for place in places}) == 1
    rate = sum((place.rate for place in places), Decimal()) if is_whole else Decimal(tax.rate).scaleb(-3)
    weights = [place.tax_micros for place in places]
    if len(places) < 2 or min(weights) < 0 or not any(weights):
        return PlacedTax(rate)
    shares = split(tax.tax_micros // step, weights)
    parts = [
        PlaceTax(place.name, place.rate, tax.base_micros, share * step)
        for place, share in zip(places, shares, strict=True)
    ]
    return PlacedTax(rate, tuple(parts))
