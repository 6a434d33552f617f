"""Services that write meters, price books, drafts and published prices."""

from apps.pricing.services.catalog import define_meter, list_price_book, override_price_book
from apps.pricing.services.drafts import Place, PriceTerms, check_terms, draft_price_version
from apps.pricing.services.publication import (
    LEAD,
    end_price_version,
    publish_price_version,
    set_price,
    terms_text,
    withdraw_price_version,
)

__all__ = [
    "LEAD",
    "Place",
    "PriceTerms",
    "check_terms",
    "define_meter",
    "draft_price_version",
    "end_price_version",
    "list_price_book",
    "override_price_book",
    "publish_price_version",
    "set_price",
    "terms_text",
    "withdraw_price_version",
]
