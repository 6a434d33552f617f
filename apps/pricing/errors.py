"""Errors that pricing raises."""

from apps.common.errors import Conflict, NotFound, Rejected


class UnknownPriceVersion(NotFound):
    code = "unknown_price_version"
    title = "There is no such price version"


class PriceTermsInvalid(Rejected):
    code = "price_terms_invalid"
    title = "The price terms are invalid"


class TooFine(PriceTermsInvalid):
    """A price for one token or one unit has more than 24 decimals of the currency unit; `detail` names the place."""

    code = "too_fine"
    title = "A price has more than 24 decimals for one token or one unit"


class CellsMissing(PriceTermsInvalid):
    """A price table has no price at all, or none for the small calls or the standard tier that another entry needs."""

    code = "cells_missing"
    title = "Prices are missing in the price table"


class BandsNotRising(PriceTermsInvalid):
    """Tiers, steps by the month or ranges of sizes do not each begin above the one before, or have no open end."""

    code = "bands_not_rising"
    title = "Each tier, step or range must reach further than the one before"


class BandsWithMonthComponent(PriceTermsInvalid):
    """A token kind or unit has a price by the month, and prices of single calls as well."""

    code = "bands_with_month_component"
    title = "A kind priced by the month has no prices of single calls"


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


class AliasOfAlias(AliasInvalid):
    """The name is what another alias stands for, or the model is itself an alias."""

    code = "alias_of_alias"
    title = "An alias stands for a model, and not for another alias"


class AmbiguousPattern(AliasInvalid):
    """Another pattern with as many literal characters matches the same names; the detail names it."""

    code = "ambiguous_pattern"
    title = "Another pattern of the same rank matches the same names"


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


def problem_text(error: Rejected) -> str:
    """Return what is wrong with a model of a file, after the code of the rule if the rule has one of its own."""
    return error.detail if error.code == PriceTermsInvalid.code else f"{error.code}: {error.detail}"
