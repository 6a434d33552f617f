"""Meters, price books with their versions, imported price lists, and aliases of models."""

from apps.pricing.models.aliases import ModelAlias
from apps.pricing.models.meters import FIGURES, FIXED_ONCE_PRICED, Meter
from apps.pricing.models.price_lists import KeptPrices, PriceListImport
from apps.pricing.models.prices import PRICE_FIELDS, PriceBook, PriceLink, PriceVersion

__all__ = [
    "FIGURES",
    "FIXED_ONCE_PRICED",
    "PRICE_FIELDS",
    "KeptPrices",
    "Meter",
    "ModelAlias",
    "PriceBook",
    "PriceLink",
    "PriceListImport",
    "PriceVersion",
]
