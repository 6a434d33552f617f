"""Why a line is none of a customer: other apps know of transfers of our own, such as payouts of Stripe."""

from collections.abc import Callable
from datetime import date

from apps.bank.models import BankLine

# Each returns what a sum (micros, currency) that came on a day is, or an empty text.
OWN_MONEY: list[Callable[[int, str, date], str]] = []


def reason_to_ignore(line: BankLine) -> str:
    """Return what a line is if it is a transfer of our own, as the reason to ignore it; else an empty text."""
    known = (ask(line.amount_micros, line.account.currency, line.value_date) for ask in OWN_MONEY)
    return next((each for each in known if each), "")
