"""Meters, price books with their versions, and imported price lists."""

from apps.pricing.models.price_lists import PriceListImport
from apps.pricing.models.prices import Meter, PriceBook, PriceLink, PriceVersion

__all__ = ["Meter", "PriceBook", "PriceLink", "PriceListImport", "PriceVersion"]
