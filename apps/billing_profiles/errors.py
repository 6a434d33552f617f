"""Errors of sellers, billing profiles, and tax."""

from apps.common.errors import Conflict, Rejected


class ProfileIncomplete(Rejected):
    """An invoice cannot be issued: fields of the seller or of the billing profile are empty."""

    code = "profile_incomplete"
    title = "The billing profile lacks what an invoice needs"


class InvalidProfile(Rejected):
    """A field of a billing profile breaks a rule."""

    code = "invalid_profile"
    title = "A field of the billing profile is not valid"


class ExternalIdTaken(Conflict):
    """Another customer has this id in the other system."""

    code = "external_id_taken"
    title = "Another customer has this id in the other system"


class NoTaxRule(Rejected):
    """The seller's tax table has no row for a sale."""

    code = "no_tax_rule"
    title = "The tax table has no rate for this sale"


class TaxedByStripe(Rejected):
    """Stripe Tax calculates the seller's tax for each invoice, so there is no table of rates."""

    code = "taxed_by_stripe"
    title = "Stripe calculates the tax of each invoice"


class VatNumberMissing(Rejected):
    """Reverse charge needs the VAT numbers of both sides."""

    code = "vat_number_missing"
    title = "Reverse charge needs the VAT numbers of seller and customer"


class SettingsContradict(Rejected):
    """Two settings cannot be combined."""

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


class ValueDateAhead(Conflict):
    """The value date, from which money counts, is in the future."""

    code = "value_date_ahead"
    title = "The value date is in the future"


class BooksNotClosed(Conflict):
    """Books cannot be reopened to a day, because they are not closed after it."""

    code = "period_closed"
    title = "The books cannot be reopened to this day"
