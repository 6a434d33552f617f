"""Reads of budgets: the amounts of their buckets, period by period."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.ledger.models import Hold
from apps.tenants.models import Organization
from apps.wallets.budgets.state import MISSING_REFUSED, BudgetState, PeriodState
from apps.wallets.models import BucketPeriod, Refusal

# Sort orders of a budget's periods: newest first, then most spent or by bucket.
BUDGET_ORDERS = ("spent", "bucket")


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodFilter:
    """Criteria for a budget's periods, and their order; None matches all. `until` is exclusive."""

    bucket: str | None = None
    since: date | None = None
    until: date | None = None
    order: str = BUDGET_ORDERS[0]


def budget_periods(
    organization: Organization, budget: BudgetState, wanted: PeriodFilter, *, offset: int, limit: int, now: datetime
) -> list[tuple[str, PeriodState, int]]:
    """Return a budget's buckets, newest period first: the bucket, the period, and the sum of live holds.

    Only the current period has holds.
    """
    rows = _periods(organization, budget, wanted.bucket)
    rows = rows if wanted.since is None else rows.filter(starts_on__gte=wanted.since)
    rows = rows if wanted.until is None else rows.filter(starts_on__lt=wanted.until)
    inner = "-spent_micros" if wanted.order == "spent" else "bucket__value"
    found = list(rows.order_by("-starts_on", inner, "pk")[offset : offset + limit])
    today, ended = now.astimezone(UTC).date(), _ended(organization, now)
    return [
        (row.bucket.value, period, row.bucket.held_micros - ended.get(row.bucket_id, 0) if period.has(today) else 0)
        for row in found
        for period in [period_state(row)]
    ]


def most_spent_buckets(
    organization: Organization, limit: int, now: datetime
) -> list[tuple[UUID, str, PeriodState, int]]:
    """Return the buckets of single values with the most spending in the current period: budget, value, period, held."""
    today = now.astimezone(UTC).date()
    rows = BucketPeriod.objects.filter(organization=organization, bucket__budget__ended_at=None)
    rows = rows.filter(Q(ends_on=None) | Q(ends_on__gt=today), starts_on__lte=today).exclude(bucket__value="")
    found = list(rows.select_related("bucket").order_by("-spent_micros", "pk")[:limit])
    ended = _ended(organization, now)
    return [
        (
            row.bucket.budget_id,
            row.bucket.value,
            period_state(row),
            row.bucket.held_micros - ended.get(row.bucket_id, 0),
        )
        for row in found
    ]


def recent_refusals(organization: Organization, limit: int) -> list[Refusal]:
    """Return a customer's newest refusal counts, newest first."""
    return list(Refusal.objects.filter(organization=organization).order_by("-minute", "-count", "pk")[:limit])


def work_text(dimensions: Mapping[str, str]) -> str:
    """Write the dimensions of work for people."""
    return ", ".join(f"{name} {value}" for name, value in dimensions.items())


def _periods(organization: Organization, budget: BudgetState, bucket: str | None) -> QuerySet[BucketPeriod]:
    rows = BucketPeriod.objects.filter(organization=organization, bucket__budget=budget.id).select_related("bucket")
    if bucket is not None:
        return rows.filter(bucket__value=bucket)
    if budget.any_dimension and budget.when_missing != MISSING_REFUSED:
        return rows.exclude(bucket__value="")
    return rows


def _ended(organization: Organization, now: datetime) -> dict[object, int]:
    """Return, by bucket, the micros of holds that have ended but are not closed yet."""
    ended: dict[object, int] = {}
    holds = Hold.objects.filter(book=organization.pk, status=Hold.Status.PENDING, expires_at__lte=now)
    for buckets, amount in holds.values_list("bucket_ids", "amount_micros"):
        for each in buckets:
            ended[each] = ended.get(each, 0) + amount
    return ended


def period_state(row: BucketPeriod) -> PeriodState:
    """Return a counter's row as a plain value."""
    return PeriodState(
        row.bucket_id,
        row.starts_on,
        row.ends_on,
        row.spent_micros,
        row.added_micros,
        tuple(row.alarms),
        row.reached_at,
        row.refused_at,
        row.is_closed,
        row.version,
    )
