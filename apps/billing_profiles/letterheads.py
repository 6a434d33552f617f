"""What all papers show of a seller and a customer: addresses, and the columns at the foot of a page."""

from typing import Protocol

from babel import Locale
from django.utils.translation import gettext_noop as _

from apps.common.languages import say

PAGE_TEXT = _("Page {page} of {pages}")


class Party(Protocol):
    """A seller or a buyer, as it is now or as a document keeps it."""

    legal_name: str
    country: str
    vat_number: str

    def address_lines(self) -> list[str]: ...


class SellingParty(Party, Protocol):
    """A seller."""

    tax_number: str
    register_text: str


class Account(Protocol):
    """A bank account of a seller."""

    iban: str
    bic: str
    bank_name: str


def address_in(language: str, party: Party) -> tuple[str, ...]:
    """Return the lines of an address below the name; the country has its name in the language."""
    country: str = Locale(language).territories.get(party.country, party.country)
    return (*party.address_lines(), *filter(None, [country]))


def footer_of(language: str, seller: SellingParty, account: Account | None, note: str) -> tuple[str, ...]:
    """Return the columns at the foot of a paper: the seller, its numbers, its bank account, and its own text."""
    numbers = (
        (_("VAT number %(number)s"), seller.vat_number),
        (_("Tax number %(number)s"), seller.tax_number),
    )
    said = [say(language, text, number=number) for text, number in numbers if number]
    columns = (
        [seller.legal_name, *address_in(language, seller)],
        [seller.register_text, *said],
        [account.bank_name, grouped(account.iban), account.bic] if account else [],
        note.splitlines(),
    )
    return tuple(filter(None, ("\n".join(filter(None, lines)) for lines in columns)))


def grouped(iban: str) -> str:
    """Write an IBAN in groups of four letters, as banks print it."""
    return "\N{NO-BREAK SPACE}".join(iban[place : place + 4] for place in range(0, len(iban), 4))
