"""Amounts, days and percentages as papers write them in English, German and French. Plain Python."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from apps.common.money import amount_text, decimal_text

# Group and decimal separators, and the pattern of dates.
_NUMBERS: Mapping[str, tuple[str, str]] = {"en": (",", "."), "de": (".", ","), "fr": ("\N{NARROW NO-BREAK SPACE}", ",")}
_DATES: Mapping[str, str] = {"en": "%d %b %Y", "de": "%d.%m.%Y", "fr": "%d/%m/%Y"}
_SPACE = "\N{NO-BREAK SPACE}"


def money_in(language: str, amount_micros: int, currency: str) -> str:
    """Write an amount with the language's separators, exact, followed by the currency."""
    return f"{number_in(language, amount_text(amount_micros, currency))}{_SPACE}{currency}"


def number_in(language: str, text: str) -> str:
    """Write a number with the language's separators; the text has English ones."""
    group, decimal = _NUMBERS[language]
    whole, dot, fraction = text.partition(".")
    return f"{whole.replace(',', group)}{decimal if dot else ''}{fraction}"


def day_in(language: str, day: date) -> str:
    """Write a date as the language does."""
    return day.strftime(_DATES[language])


def days_in(language: str, first: date, last: date) -> str:
    """Write the first and the last day of a period."""
    return f"{day_in(language, first)} \N{EN DASH} {day_in(language, last)}"


def percentage_in(language: str, percentage: Decimal) -> str:
    """Write a percentage with all of its decimals."""
    text = f"{percentage:f}"
    return f"{number_in(language, text.rstrip('0').rstrip('.') if '.' in text else text)}{_SPACE}%"


def rate_in(language: str, rate: int) -> str:
    """Write a rate, given in thousandths of a percent."""
    return f"{number_in(language, decimal_text(rate, 3))}{_SPACE}%"
