"""Between Stripe's smallest units and our micros, at the border of what is posted."""

from apps.common.money import Micros, decimal_text, from_minor_units
from apps.payments.errors import EventParked


def micros(amount: int, currency: str) -> Micros:
    """Return an amount in the currency's smallest unit as micros."""
    return from_minor_units(amount, currency)


def refuse_other_amount(*, told: int, currency: str, expected_micros: int, expected_currency: str) -> None:
    """Park an event whose amount or currency is unlike our row.

    Raises:
        EventParked: it is.
    """
    if currency != expected_currency:
        raise EventParked(f"It is in {currency}, and our row in {expected_currency}")
    if micros(told, currency) != expected_micros:
        shown, expected = decimal_text(micros(told, currency)), decimal_text(expected_micros)
        raise EventParked(f"It is over {shown} {currency}, and our row over {expected}")
