"""The rate of a customer's currency in US dollars."""

from apps.common.money import MICROS_PER_UNIT
from apps.tenants.errors import RateNeeded

FIELD = "usd_rate_micros"


def checked_rate(currency: str, rate_micros: int | None, *, is_pegged: bool) -> int:
    """Return the value of one unit of the currency in US dollars, in micros; one dollar for the dollar itself.

    Raises:
        RateNeeded: there is none, or it is 1 without the confirmation that the currency is pegged to the US dollar.
    """
    if currency == "USD":
        if rate_micros not in (None, MICROS_PER_UNIT):
            raise RateNeeded("The rate of the US dollar is 1.", field=FIELD)
        return MICROS_PER_UNIT
    if rate_micros is None:
        raise RateNeeded(f"Enter how many US dollars one {currency} is.", field=FIELD)
    if rate_micros == MICROS_PER_UNIT and not is_pegged:
        raise RateNeeded(
            f"One {currency} is probably not one US dollar; check the box if the currency is pegged.", field=FIELD
        )
    return rate_micros
