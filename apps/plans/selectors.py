"""What an organization's plan is, as one frozen answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from apps.common.money import Micros
from apps.common.periods import Period, billing_period
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
    subscription = (
        Subscription.objects.filter(Q(ended_at=None) | Q(ended_at__gt=now), organization=organization)
        .filter(started_at__lte=now)
        .select_related("plan")
        .annotate(granted_micros=Coalesce(Subquery(_granted(OuterRef("organization"), now)), 0))
        .order_by("-started_at")
        .first()
    )
    if subscription is None:
        granted = _granted(organization.pk, now).first()
        return _without_plan(billing, Micros(granted or 0))
    plan = subscription.plan
    allocation = allocation_period(plan.cadence, organization.anchor_day, subscription.anchor_month, now)
    return SubscriptionFigures(
        tier=plan.name,
        status=subscription.status,
        source=subscription.source,
        subscription_id=subscription.pk,
        list_quota_micros=Micros(plan.list_quota_micros),
        granted_quota_micros=Micros(subscription.granted_micros),
        billing=billing,
        allocation=allocation,
        cadence=plan.cadence if allocation else None,
        allocation_amounts=plan_allocation(plan),
        carries_unit_usage=plan.carries_unit_usage,
    )


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


def plan_allocation(plan: Plan) -> dict[str, Micros]:
    """Return what a plan allocates per allocation period, in micros by unit: the two units, or legacy credits."""
    if plan.unit_system == Plan.UnitSystem.CREDITS:
        return {"credits": Micros(plan.credits_micros)}
    return {
        "explorer_units": Micros(plan.explorer_units_micros),
        "developer_units": Micros(plan.developer_units_micros),
    }
