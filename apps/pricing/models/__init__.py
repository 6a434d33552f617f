"""Meters, price books with their versions, and imported price lists."""

from apps.pricing.models.price_lists import PriceListImport
from apps.pricing.models.prices import FIXED_ONCE_PRICED, PRICE_FIELDS, Meter, PriceBook, PriceLink, PriceVersion

__all__ = [
    "FIXED_ONCE_PRICED",
    "PRICE_FIELDS",
    "Meter",
    "PriceBook",
    "PriceLink",
    "PriceListImport",
    "PriceVersion",
]
