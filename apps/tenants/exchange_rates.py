"""The rate of a customer's currency in US dollars, and its history by day."""

import pgtrigger

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


def kept_by_day() -> pgtrigger.Trigger:
    """Return the trigger on organizations that stores each rate with its day; the first one also counts before its day.

    The day is that of the rate, or else the UTC day of the change.
    """
    return pgtrigger.Trigger(
        name="rate_by_day",
        operation=pgtrigger.Insert | pgtrigger.Update,
        when=pgtrigger.After,
        func="""
            INSERT INTO tenants_usdrate (organization_id, day, rate_micros)
            SELECT NEW.id, CASE WHEN TG_OP = 'INSERT' THEN DATE '0001-01-01'
                ELSE COALESCE(NEW.usd_rate_date, (NEW.updated_at AT TIME ZONE 'UTC')::date) END, NEW.usd_rate_micros
            WHERE TG_OP = 'INSERT' OR (OLD.usd_rate_micros, OLD.usd_rate_date)
                IS DISTINCT FROM (NEW.usd_rate_micros, NEW.usd_rate_date)
            ON CONFLICT (organization_id, day) DO UPDATE SET rate_micros = EXCLUDED.rate_micros;
            RETURN NULL;
        """,
    )
