"""One email an hour to customers about used-up values of a `"*"` budget; a webhook event about each is sent at once."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncHour

from apps.common.money import from_micros
from apps.notices.services import notify
from apps.wallets.models import BucketPeriod, Budget

HOUR = timedelta(hours=1)
# How many past hours each run checks, in case a job did not run; each hour is emailed once.
LOOKS_BACK = timedelta(days=1)
SHOWN = 50


def send_budget_digests(*, now: datetime) -> int:
    """Email, for each full hour of the last day and each live budget, the values that reached their limit in that hour.

    Return the number of budgets and hours with such values. A value that has room again, since its limit was raised or
    usage was voided, is left out.
    """
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    rows = _used_up(this_hour - LOOKS_BACK, this_hour)
    hours = rows.annotate(hour=TruncHour("reached_at")).values_list("bucket__budget", "hour").annotate(Count("pk"))
    found = list(hours.order_by("hour", "bucket__budget"))
    for budget_id, hour, count in found:
        _tell(budget_id, hour, count, now)
    return len(found)


def _used_up(start: datetime, end: datetime) -> QuerySet[BucketPeriod]:
    """Return the counters of single values at their limit that reached it in a span and within their own period.

    Usage that arrives after the end of its period sends a webhook event only.
    """
    rows = BucketPeriod.objects.filter(reached_at__gte=start, reached_at__lt=end).exclude(bucket__value="")
    in_time = Q(ends_on=None) | Q(reached_at__date__lt=F("ends_on"))
    return rows.filter(in_time, bucket__budget__ended_at=None)


def _tell(budget_id: UUID, hour: datetime, count: int, now: datetime) -> None:
    budget = Budget.objects.select_related("organization").get(pk=budget_id)
    limit_micros = budget.limit_micros or 0
    rows = _used_up(hour, hour + HOUR).filter(bucket__budget=budget).select_related("bucket")
    lines = [
        {
            "bucket": row.bucket.value,
            "spent": from_micros(row.spent_micros),
            "limit": from_micros(limit_micros + row.added_micros),
            "since": row.reached_at,
        }
        for row in rows.order_by("reached_at", "bucket__value")[:SHOWN]
    ]
    key = f"{budget.pk}/{hour.isoformat()}"
    data = {
        "id": key,
        "version": 1,
        "budgetId": budget.slug,
        "name": budget.name,
        "scope": dict(budget.scope),
        "currency": budget.organization.currency,
        "count": count,
        "buckets": lines,
    }
    notify(organization_id=budget.organization_id, notice="budget.digest", key=key, data=data, now=now)
