"""Scheduled tasks of the usage app."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings

from apps.common.periods import parse_month
from apps.outbox.delivery import outbox_task, scheduled_task
from apps.outbox.services import enqueue
from apps.pricing.breakdowns import FILL
from apps.tenants.models import Organization
from apps.usage import services
from apps.usage.errors import CloseIncomplete


@scheduled_task("usage.make_partitions")
def make_partitions(*, now: datetime) -> None:
    """Create the partitions of usage events for this month and the next three."""
    services.make_partitions(now=now)


@scheduled_task("usage.check_margins")
def check_margins(*, now: datetime) -> None:
    """Raise alarms about customers and models whose margin of today or yesterday is below the limit."""
    services.raise_margin_alarms(now=now)


@scheduled_task("usage.review_unit_alerts")
def review_unit_alerts(*, now: datetime) -> None:
    """Notify customers when their plan's remaining units reach a threshold, or rise above it again."""
    services.review_unit_alerts(now=now)


@scheduled_task("usage.close_months")
def close_months(*, now: datetime) -> None:
    """Close the months that ended at least USAGE_CLOSE_AFTER_HOURS ago; earlier failures are retried.

    Raises:
        CloseIncomplete: the month could not be closed for some organizations; it is closed for the others.
    """
    ended_before = now - timedelta(hours=settings.USAGE_CLOSE_AFTER_HOURS)
    failed = [
        organization_id
        for month in services.months_to_close(ended_before=ended_before)
        for organization_id in services.close_month(month=month, closed_by="system:close_months", now=now).failed
    ]
    if failed:
        raise CloseIncomplete(f"Closing failed for {len(failed)} organizations")


@outbox_task(FILL, lease_seconds=600)
def fill_breakdown(
    *,
    meter_id: int,
    by: str,
    begun_at: str,
    now: datetime,
    organization_id: str = "",
    day: str = "",
    **_newer_arguments: object,
) -> None:
    """Fill some of a new breakdown from past usage, and enqueue the rest."""
    after = services.Reached(UUID(organization_id), date.fromisoformat(day)) if organization_id else None
    reached = services.fill_breakdown(meter_id=meter_id, by=by, after=after, now=now)
    if reached is not None:
        place = {"organization_id": str(reached.organization_id), "day": reached.day.isoformat()}
        enqueue(
            FILL,
            now=now,
            key=f"fill:{meter_id}:{by}:{begun_at}:{place['organization_id']}:{place['day']}:{reached.newest}",
            arguments={"meter_id": meter_id, "by": by, "begun_at": begun_at, **place},
        )


@outbox_task("usage.draft_invoice", lease_seconds=300)
def draft_invoice(
    *, organization_id: str, month: str, now: datetime, hold_reason: str = "", **_newer_arguments: object
) -> None:
    """Draft the invoices for a customer's usage of a closed month."""
    services.invoice_closed_month(
        organization=Organization.objects.get(pk=UUID(organization_id)),
        month=parse_month(month).start.date(),
        hold_reason=hold_reason,
        now=now,
    )
