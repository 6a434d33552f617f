"""The rows that usage answers read: day totals of a window or a period, never events."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import QuerySet, Sum

from apps.common.periods import Period, window_start
from apps.tenants.models import Organization
from apps.usage.models import UsageDay


def window(organization: Organization, days: int, now: datetime) -> QuerySet[UsageDay]:
    """Return the day totals of a window that ends now; what a clock five minutes ahead has dated tomorrow is in it."""
    start = window_start(days, now).date()
    tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
    return UsageDay.objects.filter(organization=organization, day__range=(start, tomorrow))


def days_in(organization: Organization, period: Period) -> QuerySet[UsageDay]:
    """Return the day totals of a period of whole UTC days."""
    first, end = period.start.date(), period.end.date()
    return UsageDay.objects.filter(organization=organization, day__gte=first, day__lt=end)


def by_meter(rows: QuerySet[UsageDay]) -> Iterable[Mapping[str, Any]]:
    """Add day totals up by meter."""
    grouped = rows.order_by().values("meter_id", "meter__counts", "meter__is_message")
    return grouped.annotate(
        events=Sum("event_count"),
        quantity=Sum("quantity_micros"),
        into=Sum("input_tokens"),
        out=Sum("output_tokens"),
        charge=Sum("charge_micros"),
    )
