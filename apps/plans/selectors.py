"""What an organization's plan is, as one frozen answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from apps.common.money import Micros
from apps.common.periods import Period, billing_period
from apps.common.prepared import PreparedQuery
from apps.plans.allocation import allocation_period
from apps.plans.errors import UnitUsageNotIncluded
from apps.plans.models import IncludedQuota, Plan, Subscription
from apps.tenants.models import Organization

NO_PLAN = "none"


@dataclass(frozen=True, slots=True)
class SubscriptionFigures:
    """An organization's plan at a moment. Without one, `tier` and `status` are "none" and every amount is zero.

    Quotas are micros of the organization's currency, allocation amounts micros of the unit that names them. `source`,
    `subscription_id` and `cadence` are None where there is none; `allocation` is None without a periodic allocation.
    """

    tier: str
    status: str
    source: str | None
    subscription_id: UUID | None
    list_quota_micros: Micros
    granted_quota_micros: Micros
    billing: Period
    allocation: Period | None
    cadence: str | None
    allocation_amounts: Mapping[str, Micros]
    carries_unit_usage: bool


def current_subscription(organization: Organization, now: datetime) -> SubscriptionFigures:
    """Return the plan that holds at `now`, with its periods, in one statement where there is one, else in two."""
    billing = billing_period(organization.anchor_day, now)
    rows = _CURRENT.rows(organization_id=organization.pk, now=now)
    if not rows:
        granted = _granted(organization.pk, now).first()
        return _without_plan(billing, Micros(granted or 0))
    row = rows[0]
    allocation = allocation_period(row["plan__cadence"], organization.anchor_day, row["anchor_month"], now)
    return SubscriptionFigures(
        tier=row["plan__name"],
        status=row["status"],
        source=row["source"],
        subscription_id=row["pk"],
        list_quota_micros=Micros(row["plan__list_quota_micros"]),
        granted_quota_micros=Micros(row["granted_micros"]),
        billing=billing,
        allocation=allocation,
        cadence=row["plan__cadence"] if allocation else None,
        allocation_amounts=_allocation(row),
        carries_unit_usage=row["plan__carries_unit_usage"],
    )


def _current_query(*, organization_id: UUID, now: datetime) -> QuerySet[Subscription, Any]:
    held = Subscription.objects.filter(Q(ended_at=None) | Q(ended_at__gt=now), organization=organization_id)
    granted = Coalesce(Subquery(_granted(OuterRef("organization"), now)), 0)
    newest: QuerySet[Subscription, Any] = held.filter(started_at__lte=now).order_by("-started_at")[:1]
    return newest.annotate(granted_micros=granted).values(
        "pk",
        "status",
        "source",
        "anchor_month",
        "granted_micros",
        "plan__name",
        "plan__cadence",
        "plan__unit_system",
        "plan__list_quota_micros",
        "plan__carries_unit_usage",
        "plan__explorer_units_micros",
        "plan__developer_units_micros",
        "plan__credits_micros",
    )


_CURRENT = PreparedQuery(_current_query)


def was_ever_subscribed(organization: Organization) -> bool:
    """Say whether an organization is or was on a plan, which fixes its anchor day."""
    return Subscription.objects.filter(organization=organization).exists()


def subscription_with_unit_usage(organization: Organization, now: datetime) -> SubscriptionFigures:
    """Return the plan that holds at `now` where its unit usage may be read.

    Raises:
        UnitUsageNotIncluded: it may not, or there is no plan.
    """
    figures = current_subscription(organization, now)
    if not figures.carries_unit_usage:
        raise UnitUsageNotIncluded
    return figures


def _granted(organization_id: UUID | OuterRef, now: datetime) -> QuerySet[IncludedQuota, int]:
    """What an organization was given as included quota in the period that holds `now`."""
    return (
        IncludedQuota.objects.filter(organization=organization_id, period_start__lte=now, period_end__gt=now)
        .values("organization")
        .order_by("organization")
        .annotate(total=Sum("amount_micros"))
        .values_list("total", flat=True)
    )


def _without_plan(billing: Period, granted_quota: Micros) -> SubscriptionFigures:
    """An organization without a plan may still have this period's quota of a plan that ended in it."""
    return SubscriptionFigures(
        tier=NO_PLAN,
        status=NO_PLAN,
        source=None,
        subscription_id=None,
        list_quota_micros=Micros(0),
        granted_quota_micros=granted_quota,
        billing=billing,
        allocation=None,
        cadence=None,
        allocation_amounts={},
        carries_unit_usage=False,
    )


def _allocation(row: Mapping[str, Any]) -> dict[str, Micros]:
    """What the plan allocates per allocation period, in micros by unit: the two units, or legacy credits."""
    legacy = row["plan__unit_system"] == Plan.UnitSystem.CREDITS
    units = ("credits",) if legacy else ("explorer_units", "developer_units")
    return {unit: Micros(row[f"plan__{unit}_micros"]) for unit in units}
