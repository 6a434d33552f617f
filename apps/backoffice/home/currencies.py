"""The currencies of the home page, the total of all of them, and its cache of a minute."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.core.cache import cache
from django.db.models import Q, Sum, Value

from apps.common.reader import reader
from apps.tenants.models import Organization

T = TypeVar("T")

KEPT_SECONDS = 60
REPORTING_CURRENCY = "USD"  # what the exchange rates of customers convert to
ALL = "all"


def currencies() -> list[str]:
    """Return the currencies of customers, most used first."""
    rows = (
        Organization.objects.order_by()
        .values_list("currency")
        .annotate(count=Sum(Value(1)))
        .order_by("-count", "currency")
    )
    return [currency for currency, _ in rows[:12]]


def of_currency(currency: str, path: str) -> Q:
    """Return the filter of rows by the currency at a path; none for `ALL`."""
    return Q() if currency == ALL else Q((path, currency))


def kept_a_minute(name: str, measure: Callable[[str, datetime], T], currency: str, now: datetime) -> T:
    """Return what `measure` returns for a currency and the time, cached for `KEPT_SECONDS` in the reader's style."""
    key = f"backoffice.{name}.{currency}.{reader().style.name}"
    found: T | None = cache.get(key)
    if found is None:
        found = measure(currency, now)
        cache.set(key, found, KEPT_SECONDS)
    return found
