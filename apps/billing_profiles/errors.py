"""Errors of sellers, billing profiles, and tax."""

from apps.common.errors import Conflict, NotFound, Rejected


class SellerNotFound(NotFound):
    """No seller has this id."""

    code = "seller_not_found"
    title = "No such seller"


class ProfileIncomplete(Rejected):
    """An invoice cannot be issued: fields of the seller or of the billing profile are empty."""

    code = "profile_incomplete"
    title = "The billing profile lacks what an invoice needs"


class NoTaxRule(Rejected):
    """The seller's tax table has no row for a sale."""

    code = "no_tax_rule"
    title = "The tax table has no rate for this sale"


class VatNumberMissing(Rejected):
    """Reverse charge needs the VAT numbers of both sides."""

    code = "vat_number_missing"
    title = "Reverse charge needs the VAT numbers of seller and customer"


class SettingsContradict(Rejected):
    """Two settings exclude each other."""

    code = "settings_contradict"
    title = "Two settings contradict each other"


class InvalidVatNumber(Rejected):
    """A VAT number has the wrong form or check digit."""

    code = "invalid_vat_number"
    title = "The VAT number is not valid"


class InvalidPattern(Rejected):
    """A pattern of document numbers breaks a rule."""

    code = "invalid_pattern"
    title = "The pattern of document numbers is not valid"


class TaxRateUsed(Conflict):
    """A document has used the tax rate."""

    code = "tax_rate_used"
    title = "A tax rate that a document has used is only ended"


class TaxRateOverlaps(Rejected):
    """Another row of the tax table with the same key is in force on one of the days."""

    code = "tax_rate_overlaps"
    title = "Another rate for the same sales is in force during that time"
