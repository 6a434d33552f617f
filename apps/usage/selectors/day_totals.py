"""Queries for the day totals of a window or a period."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from django.db.models import F, QuerySet, Sum

from apps.common.periods import Period, window_start
from apps.tenants.models import Organization
from apps.usage.models import FutureUsage, UsageDay


def window(organization: Organization, days: int, now: datetime) -> QuerySet[UsageDay]:
    """Return the day totals of a window that ends today. Subtract `ahead` for a window that ends now."""
    today = now.astimezone(UTC).date()
    return UsageDay.objects.filter(organization=organization, day__range=(window_start(days, now).date(), today))


def ahead(organization: Organization, now: datetime) -> QuerySet[FutureUsage]:
    """Return the usage in the day totals that is still ahead of the clock."""
    today = now.astimezone(UTC).date()
    rows = FutureUsage.objects.filter(organization=organization, counts_from__gt=now, day__lte=today)
    return rows.filter(meter__isnull=False)


def days_in(organization: Organization, period: Period) -> QuerySet[UsageDay]:
    """Return the day totals of a period of whole UTC days."""
    first, end = period.start.date(), period.end.date()
    return UsageDay.objects.filter(organization=organization, day__gte=first, day__lt=end)


def by_meter(rows: QuerySet[UsageDay]) -> QuerySet[Any, Any]:
    """Add day totals up by meter."""
    return _by_meter(rows, 1)


def window_by_meter(organization: Organization, days: int, now: datetime) -> Iterable[Mapping[str, Any]]:
    """Add up a window that ends now by meter, in one statement; a second row of a meter subtracts what is ahead."""
    come: Any = by_meter(window(organization, days, now))
    return cast("Iterable[Mapping[str, Any]]", come.union(_by_meter(ahead(organization, now), -1), all=True))


def _by_meter(rows: "QuerySet[UsageDay] | QuerySet[FutureUsage]", sign: int) -> QuerySet[Any, Any]:
    grouped: Any = rows.order_by().values("meter_id", "meter__counts", "meter__is_message")
    return cast(
        "QuerySet[Any, Any]",
        grouped.annotate(
            events=signed("event_count", sign),
            quantity=signed("quantity_micros", sign),
            into=signed("input_tokens", sign),
            out=signed("output_tokens", sign),
            charge=signed("charge_micros", sign),
        ),
    )


def signed(column: str, sign: int) -> Sum:
    """The sum of a column times `sign`."""
    return Sum(F(column) * sign)
