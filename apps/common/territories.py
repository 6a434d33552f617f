"""Countries and currencies with their English names, by Unicode's CLDR, and time zones, for lists to choose from."""

from functools import cache
from zoneinfo import available_timezones

from babel import Locale
from babel.numbers import get_territory_currencies

# CLDR has two-letter territories that ISO 3166-1 does not have: groups, reserved codes, and pseudo-locales.
_NO_COUNTRIES = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])


@cache
def countries() -> dict[str, str]:
    """Return the names of countries by ISO 3166-1 code, by name."""
    names = {str(code): str(name) for code, name in Locale("en").territories.items()}
    found = [code for code in names if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES]
    return {code: names[code] for code in sorted(found, key=lambda code: names[code])}


@cache
def currencies() -> dict[str, str]:
    """Return the names of the currencies that are legal tender somewhere, by ISO 4217 code, by code."""
    names = Locale("en").currencies
    tender = {code for country in countries() for code in get_territory_currencies(country)}
    return {code: names[code] for code in sorted(tender)}


def country_choices() -> list[tuple[str, str]]:
    """Return all countries as choices of a form, with an empty one."""
    return [("", "---------"), *((code, f"{name} ({code})") for code, name in countries().items())]


def currency_choices() -> list[tuple[str, str]]:
    """Return all currencies as choices of a form: those used most come first."""
    first = ("USD", "EUR", "GBP", "CHF", "JPY")
    every = currencies()
    return [(code, f"{code}, {every[code]}") for code in [*first, *(each for each in every if each not in first)]]


@cache
def time_zone_choices() -> list[tuple[str, str]]:
    """Return all time zones as choices of a form. They are read from disk once, which takes 15 ms."""
    return [(name, name) for name in sorted(available_timezones())]
