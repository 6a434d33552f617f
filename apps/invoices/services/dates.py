"""The days of documents and money, in the seller's time zone."""

from datetime import date, datetime, timedelta

from apps.billing_profiles.models import Seller
from apps.common.periods import midnight
from apps.invoices.errors import ValueDateAhead


def day_of(seller: Seller, now: datetime) -> date:
    """Return the seller's day at a time."""
    return seller.day_of(now)


def counts_from(seller: Seller, value_date: date, now: datetime) -> datetime:
    """Return the time from which money with a value date counts: midnight of that day, or of the first open day.

    Raises:
        ValueDateAhead: the value date is in the future.
    """
    if value_date > day_of(seller, now):
        raise ValueDateAhead(f"The value date {value_date} is in the future.", field="value_date")
    if seller.closed_through is not None and value_date <= seller.closed_through:
        return midnight(seller.closed_through + timedelta(days=1))
    return midnight(value_date)
