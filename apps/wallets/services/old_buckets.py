"""Delete old counters of single values: a budget with a bucket for each value creates as many as there are values."""

import logging
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from apps.common.transactions import serialized
from apps.tenants.models import Organization
from apps.wallets.models import Bucket, BucketPeriod, Budget, BudgetAddition
from apps.wallets.services.alerts import lock_terms

logger = logging.getLogger(__name__)

# How long a counter is kept after its last period, by the length of the budget's periods.
SHORT, LONG = timedelta(days=35), timedelta(days=400)
_SHORT_PERIODS = (Budget.Period.DAY, Budget.Period.WEEK)
BATCH = 1_000


def drop_old_buckets(*, now: datetime, limit: int = BATCH) -> int:
    """Delete counters of single values without holds whose last period ended long ago; return how many.

    New work of the value creates a new one. Counters with a raised limit stay, because the addition refers to them.
    """
    today = now.astimezone(UTC).date()
    by_organization: dict[UUID, list[UUID]] = {}
    for organization_id, pk in _droppable(today).values_list("organization_id", "pk")[:limit]:
        by_organization.setdefault(organization_id, []).append(pk)
    dropped = 0
    for organization in Organization.objects.filter(pk__in=by_organization):
        try:
            dropped += _drop(organization, by_organization[organization.pk], today, now)
        except Exception:  # one failure must not stop the others
            logger.exception("old budget counters of %s could not be dropped", organization.pk)
    return dropped


def _droppable(today: date) -> QuerySet[Bucket]:
    periods = BucketPeriod.objects.filter(bucket=OuterRef("pk"), organization=OuterRef("organization"))
    short = periods.filter(Q(ends_on=None) | Q(ends_on__gt=today - SHORT))
    long = periods.filter(Q(ends_on=None) | Q(ends_on__gt=today - LONG))
    is_short = Q(budget__period__in=_SHORT_PERIODS)
    rows = Bucket.objects.filter(held_micros=0).exclude(value="")
    rows = rows.filter(is_short & ~Exists(short) | ~is_short & ~Exists(long))
    return rows.exclude(Exists(BudgetAddition.objects.filter(bucket=OuterRef("pk"))))


@serialized
def _drop(organization: Organization, buckets: list[UUID], today: date, now: datetime) -> int:
    """Delete the buckets that are still old and without holds, under the lock of their book."""
    lock_terms(organization=organization, now=now)
    found = list(_droppable(today).filter(pk__in=buckets).values_list("pk", flat=True))
    periods = BucketPeriod.objects.filter(organization=organization, bucket__in=found)
    ends = periods.values("bucket__budget").annotate(end=Max("ends_on")).values_list("bucket__budget", "end")
    for budget, end in list(ends):
        earlier = Q(kept_from=None) | Q(kept_from__lt=end)
        Budget.objects.filter(earlier, pk=budget).update(kept_from=end)
    periods.delete()
    return Bucket.objects.filter(organization=organization, pk__in=found).delete()[0]
