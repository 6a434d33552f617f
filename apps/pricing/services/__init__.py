"""Services that write meters, price books, drafts and published prices."""

from apps.pricing.services.aliases import AliasTerms, end_alias, name_listed_models, name_model, names_to_take
from apps.pricing.services.catalog import cost_book, define_meter, list_price_book, override_price_book
from apps.pricing.services.drafts import PriceSlot, PriceTerms, check_terms, draft_price_version
from apps.pricing.services.kept_prices import choose_kept_prices
from apps.pricing.services.price_lists import (
    ListTerms,
    discard_price_list,
    ending_models,
    export_price_list,
    import_price_list,
    lock_price_list,
    publish_price_list,
)
from apps.pricing.services.publication import (
    LEAD,
    end_price_version,
    lock_price_book,
    publish_price_version,
    set_price,
    terms_text,
    withdraw_price_version,
)

__all__ = [
    "LEAD",
    "AliasTerms",
    "ListTerms",
    "PriceSlot",
    "PriceTerms",
    "check_terms",
    "choose_kept_prices",
    "cost_book",
    "define_meter",
    "discard_price_list",
    "draft_price_version",
    "end_alias",
    "end_price_version",
    "ending_models",
    "export_price_list",
    "import_price_list",
    "list_price_book",
    "lock_price_book",
    "lock_price_list",
    "name_listed_models",
    "name_model",
    "names_to_take",
    "override_price_book",
    "publish_price_list",
    "publish_price_version",
    "set_price",
    "terms_text",
    "withdraw_price_version",
]
