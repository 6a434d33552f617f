"""Reads of an organization's plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from apps.common.money import Micros
from apps.common.periods import Period, billing_period
from apps.common.queries import Query, fetch
from apps.plans.errors import UnitUsageNotIncluded
from apps.plans.models import Plan, Subscription
from apps.plans.periods import allocation_period
from apps.tenants.models import Organization

NO_PLAN = "none"


@dataclass(frozen=True, slots=True)
class SubscriptionFigures:
    """An organization's plan at a moment. Without one, `tier` and `status` are "none" and every amount is zero.

    Quotas are micros of the organization's currency, allocation amounts micros of the unit that is their key. `source`,
    `subscription_id` and `cadence` may be None; `allocation` is None without a periodic allocation.
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
    """Return the plan in force at `now`, with its periods, in one statement."""
    return fetch(subscription_query(organization, now))


def subscription_query(organization: Organization, now: datetime) -> Query[SubscriptionFigures]:
    """Return the query of `current_subscription`."""
    return Query("plan_figures(%s, %s)", (organization.pk, now), partial(_figures, organization, now))


def _figures(organization: Organization, now: datetime, found: Mapping[str, Any]) -> SubscriptionFigures:
    billing, granted, plan = billing_period(organization.anchor_day, now), Micros(found["granted"]), found["plan"]
    if plan is None:
        return _without_plan(billing, granted)
    allocation = allocation_period(plan["cadence"], organization.anchor_day, plan["anchor_month"], now)
    return SubscriptionFigures(
        tier=plan["name"],
        status=plan["status"],
        source=plan["source"],
        subscription_id=UUID(plan["subscription_id"]),
        list_quota_micros=Micros(plan["list_quota"]),
        granted_quota_micros=granted,
        billing=billing,
        allocation=allocation,
        cadence=plan["cadence"] if allocation else None,
        allocation_amounts=_allocation(plan),
        carries_unit_usage=plan["carries_unit_usage"],
    )


def was_ever_subscribed(organization: Organization) -> bool:
    """Whether an organization is or was on a plan, which fixes its anchor day."""
    return Subscription.objects.filter(organization=organization).exists()


def subscription_with_unit_usage(organization: Organization, now: datetime) -> SubscriptionFigures:
    """Return the plan in force at `now`, if it includes reading unit usage.

    Raises:
        UnitUsageNotIncluded: it does not, or there is no plan.
    """
    figures = current_subscription(organization, now)
    if not figures.carries_unit_usage:
        raise UnitUsageNotIncluded
    return figures


def _without_plan(billing: Period, granted_quota: Micros) -> SubscriptionFigures:
    """Return the figures without a plan; a plan that ended in this period may have granted quota."""
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


def _allocation(plan: Mapping[str, Any]) -> dict[str, Micros]:
    """Return the plan's allocation per period, in micros by unit: the two units, or legacy credits."""
    legacy = plan["unit_system"] == Plan.UnitSystem.CREDITS
    units = ("credits",) if legacy else ("explorer_units", "developer_units")
    return {unit: Micros(plan[unit]) for unit in units}
