"""Errors that pricing raises."""

from apps.common.errors import Conflict, NotFound, Rejected


class UnknownPriceVersion(NotFound):
    code = "unknown_price_version"
    title = "There is no such price version"


class PriceTermsInvalid(Rejected):
    code = "price_terms_invalid"
    title = "The price terms are invalid"


class PriceNotDraft(Conflict):
    code = "price_not_draft"
    title = "A published price cannot be changed; write a new version"


class PriceAlreadyEffective(Conflict):
    code = "price_already_effective"
    title = "Usage at that time may already have been priced; choose a later time"


class PriceOverlaps(Rejected):
    code = "price_overlaps"
    title = "Another version is in force during that time"


class AliasInvalid(Rejected):
    code = "alias_invalid"
    title = "This cannot be an alias of a model"


class AliasOverlaps(Rejected):
    code = "alias_overlaps"
    title = "The name is an alias of another model during that time"


class UnknownAlias(NotFound):
    code = "unknown_alias"
    title = "There is no such alias of a model"


class PriceListUnreadable(Rejected):
    code = "price_list_unreadable"
    title = "The price list cannot be read"


class PriceListUnchanged(Rejected):
    code = "price_list_unchanged"
    title = "Nothing changed: every price of the list is already in force"


class PriceListOutdated(Conflict):
    code = "price_list_outdated"
    title = "The list was compared with other prices than those in force then"


class UnknownPriceList(NotFound):
    code = "unknown_price_list"
    title = "There is no such price list"
