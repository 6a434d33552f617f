"""Actions that put customers on plans. Each billing period grants the plan's included quota as credit.

The amount of such an action is the quota of one period, although it recurs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from django.contrib.auth.models import User

from apps.approvals.actions import person, register
from apps.common.admin import money_text
from apps.common.errors import Conflict
from apps.plans import services
from apps.plans.models import Plan, Subscription
from apps.plans.services.locks import lock_current
from apps.tenants.models import Organization
from apps.wallets.actions import CustomerAction, wallet_texts

Status = Subscription.Status


class PlanChanged(Conflict):
    code = "plan_changed"
    title = "The plan or its quota has changed meanwhile; review it again"


@dataclass(frozen=True, kw_only=True)
class PlanAction(CustomerAction):
    """An action on a customer's plan."""

    permission: ClassVar[str] = "plans.change_subscription"

    def figures(self, now: datetime) -> Mapping[str, str]:
        organization = self.customer()
        row = Subscription.objects.filter(organization=organization, ended_at=None).select_related("plan").first()
        quota = row.plan.list_quota_micros if row else 0
        return {
            "Plan": str(row.plan) if row else "none",
            "Status": row.get_status_display() if row else "none",
            "Included each period": money_text(quota, organization.currency),
            **wallet_texts(organization, now),
        }


@dataclass(frozen=True, kw_only=True)
class MoveToPlan(PlanAction):
    """An action that puts a customer on a plan with a quota of `quota_micros` per period."""

    plan_id: int
    quota_micros: int

    def plan(self) -> Plan:
        """Lock the plan until the transaction ends, and return it.

        Raises:
            PlanChanged: it was deleted, or its quota has changed.
        """
        plan = Plan.objects.select_for_update(no_key=True).filter(pk=self.plan_id).first()
        if plan is None or plan.list_quota_micros != self.quota_micros:
            raise PlanChanged
        return plan


@register
@dataclass(frozen=True, kw_only=True)
class StartSubscription(MoveToPlan):
    """Put a customer on a plan. The amount is the quota of a period."""

    kind: ClassVar[str] = "plans.start"
    title: ClassVar[str] = "Put an organization on a plan"

    source: Subscription.Source
    trial: bool
    started_at: datetime | None = None

    @classmethod
    def of(
        cls,
        organization: Organization,
        plan: Plan,
        *,
        terms: services.SubscriptionTerms,
        reason: str,
        key: str,
    ) -> Self:
        """Build the action; its amount is the plan's quota."""
        return cls(
            organization_id=organization.pk,
            amount_micros=plan.list_quota_micros,
            currency=organization.currency,
            plan_id=plan.pk,
            quota_micros=plan.list_quota_micros,
            source=terms.source,
            trial=terms.trial,
            started_at=terms.started_at,
            reason=reason,
            key=key,
        )

    def perform(self, *, by: User, now: datetime) -> None:
        services.start_subscription(
            organization=self.customer(),
            plan=self.plan(),
            created_by=person(by),
            now=now,
            terms=services.SubscriptionTerms(source=self.source, trial=self.trial, started_at=self.started_at),
        )


@register
@dataclass(frozen=True, kw_only=True)
class ChangePlan(MoveToPlan):
    """Move a customer to another plan. The amount is the increase of the quota per period."""

    kind: ClassVar[str] = "plans.change"
    title: ClassVar[str] = "Change the plan"

    @classmethod
    def of(cls, subscription: Subscription, plan: Plan, *, reason: str, key: str) -> Self:
        """Build the action; its amount is the increase of the quota, zero if it falls."""
        return cls(
            organization_id=subscription.organization_id,
            amount_micros=max(0, plan.list_quota_micros - subscription.plan.list_quota_micros),
            currency=subscription.organization.currency,
            plan_id=plan.pk,
            quota_micros=plan.list_quota_micros,
            reason=reason,
            key=key,
        )

    def perform(self, *, by: User, now: datetime) -> None:
        old = lock_current(self.customer()).plan
        if max(0, self.quota_micros - old.list_quota_micros) != self.amount_micros:
            raise PlanChanged
        services.change_plan(organization=self.customer(), plan=self.plan(), created_by=person(by), now=now)


@register
@dataclass(frozen=True, kw_only=True)
class ActivateSubscription(PlanAction):
    """End a trial, or reactivate a past due plan. The amount is the quota that a past due plan grants again."""

    kind: ClassVar[str] = "plans.activate"
    title: ClassVar[str] = "Activate the plan"

    @classmethod
    def of(cls, subscription: Subscription, *, reason: str, key: str) -> Self:
        """Build the action; its amount is zero after a trial, whose periods have granted their quota."""
        is_new = subscription.status == Status.PAST_DUE
        return cls(
            organization_id=subscription.organization_id,
            amount_micros=subscription.plan.list_quota_micros if is_new else 0,
            currency=subscription.organization.currency,
            reason=reason,
            key=key,
        )

    def perform(self, *, by: User, now: datetime) -> None:
        current = lock_current(self.customer())
        if current.status == Status.PAST_DUE and current.plan.list_quota_micros != self.amount_micros:
            raise PlanChanged
        services.activate_subscription(organization=self.customer(), now=now)
