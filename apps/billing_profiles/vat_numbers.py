"""VAT numbers: checked with their check digits, and kept compact, with the letters of their country."""

from stdnum.eu import vat as eu
from stdnum.exceptions import ValidationError
from stdnum.util import get_cc_module

from apps.billing_profiles.errors import InvalidVatNumber
from apps.common.territories import countries

# Greece's VAT numbers begin with EL, those of Northern Ireland with XI.
_LETTERS = {"GR": "EL"}
_OTHER_LETTERS = ("EL", "XI")


def read_vat_number(text: str, country: str) -> str:
    """Return a VAT number without spaces and points, with its country's letters.

    A number without letters is one of the country given, as ISO 3166-1 code. Numbers of countries that python-stdnum
    does not know are only made compact.

    Raises:
        InvalidVatNumber: the form or the check digit is wrong, or its letters are no country's.
    """
    number = "".join(letter for letter in text.upper() if letter not in " .-/")
    if not number:
        return ""
    letters = _LETTERS.get(country, country)
    if not number[:2].isalpha():
        number = letters + number
    is_known = number[:2] in countries() or number[:2] in _OTHER_LETTERS
    if not (is_known and number.isascii() and number.isalnum() and len(number) > 3 and any(map(str.isdigit, number))):
        raise InvalidVatNumber(f"{text} is not a VAT number.", field="vat_number")
    try:
        return _checked(number)
    except ValidationError as error:
        raise InvalidVatNumber(f"{text}: {str(error).rstrip('.')}.", field="vat_number") from error


def _checked(number: str) -> str:
    prefix = number[:2].lower()
    if prefix in eu.MEMBER_STATES or prefix.upper() in _OTHER_LETTERS:
        return eu.validate(number)
    known = get_cc_module(prefix, "vat")
    if known is None:
        return number
    # Some countries' modules remove the letters of the country; electronic invoices need them.
    checked = known.validate(number)
    return checked if checked.startswith(number[:2]) else number[:2] + checked
