"""A subscription's life: one service per transition."""

from datetime import datetime

from django.db import IntegrityError, transaction

from apps.common.errors import Rejected
from apps.common.periods import billing_period
from apps.common.transactions import serialized
from apps.plans.errors import AlreadySubscribed, PlanCurrencyMismatch, PlanNotOffered, TransitionNotAllowed
from apps.plans.models import LEGAL_TRANSITIONS, Plan, Subscription
from apps.plans.services.locks import lock_current
from apps.plans.services.quota import grant_due_quota
from apps.tenants.models import Organization
from apps.tenants.services import lock_open_organization

Status = Subscription.Status


@serialized
def start_subscription(
    *,
    organization: Organization,
    plan: Plan,
    created_by: str,
    now: datetime,
    source: Subscription.Source = Subscription.Source.MANUAL,
    trial: bool = False,
    started_at: datetime | None = None,
) -> Subscription:
    """Put an organization on a plan and grant the current billing period's quota, whole.

    A `started_at` in the past sets where annual allocations count from; quota is granted from the current period on.

    The organization's anchor day is fixed from now on: periods of another one would overlap those that quota is for.

    Raises:
        AlreadySubscribed: it is on a plan; change that one.
        PlanNotOffered, PlanCurrencyMismatch: the plan is not for it.
        OrganizationArchived: nothing begins for it.
    """
    _refuse_unless_offered(plan, organization)
    anchor_day = lock_open_organization(organization.pk).anchor_day
    began = started_at or now
    if began > now:
        raise Rejected("A subscription does not start in the future", field="started_at")
    subscription = Subscription(
        organization=organization,
        plan=plan,
        status=Status.TRIALING if trial else Status.ACTIVE,
        source=source,
        started_at=began,
        anchor_month=billing_period(anchor_day, began).start.month,
        quota_granted_until=billing_period(anchor_day, now).start,
        created_by=created_by,
        created_at=now,
        updated_at=now,
    )
    try:
        with transaction.atomic():
            subscription.save(force_insert=True)
    except IntegrityError as error:
        if Subscription.objects.filter(organization=organization, ended_at=None).exists():
            raise AlreadySubscribed from error
        raise
    grant_due_quota(subscription_id=subscription.pk, now=now)
    subscription.refresh_from_db(fields=["quota_granted_until"])
    return subscription


@serialized
def change_plan(*, organization: Organization, plan: Plan, created_by: str, now: datetime) -> Subscription:
    """Move an organization to another plan at once; its status, source and allocation year go on.

    What was granted in the running period stays, and the new plan adds what its quota is more; a smaller one tells
    from the next period on.

    Raises:
        NotSubscribed: it is on no plan; start one.
        PlanNotOffered, PlanCurrencyMismatch: the plan is not for it.
    """
    _refuse_unless_offered(plan, organization)
    old = lock_current(organization)
    status = old.status
    if plan.pk == old.plan_id:
        return old
    _move(old, Status.CANCELLED, now)
    new = Subscription.objects.create(
        organization=organization,
        plan=plan,
        status=status,
        source=old.source,
        started_at=now,
        anchor_month=old.anchor_month,
        quota_granted_until=billing_period(organization.anchor_day, now).start,
        created_by=created_by,
        created_at=now,
        updated_at=now,
    )
    grant_due_quota(subscription_id=new.pk, now=now)
    new.refresh_from_db(fields=["quota_granted_until"])
    return new


@serialized
def activate_subscription(*, organization: Organization, now: datetime) -> Subscription:
    """End the trial, or take up a past due subscription again; the current period's quota is granted if it was not.

    Billing periods that went by while it was past due stay without quota.

    Raises:
        NotSubscribed, TransitionNotAllowed.
    """
    subscription = lock_current(organization)
    if subscription.status == Status.ACTIVE:
        return subscription
    if subscription.status == Status.PAST_DUE:
        current = billing_period(organization.anchor_day, now).start
        subscription.quota_granted_until = max(subscription.quota_granted_until, current)
        subscription.save(update_fields=["quota_granted_until"])
    _move(subscription, Status.ACTIVE, now)
    grant_due_quota(subscription_id=subscription.pk, now=now)
    subscription.refresh_from_db(fields=["quota_granted_until"])
    return subscription


@serialized
def mark_past_due(*, organization: Organization, now: datetime) -> Subscription:
    """Note that a payment failed: the plan goes on, the next period's quota waits until it is active again.

    Raises:
        NotSubscribed, TransitionNotAllowed.
    """
    subscription = lock_current(organization)
    if subscription.status != Status.PAST_DUE:
        _move(subscription, Status.PAST_DUE, now)
    return subscription


@serialized
def cancel_subscription(*, organization: Organization, now: datetime) -> Subscription:
    """End the plan at once; the quota of the running period stays until the period ends.

    Raises:
        NotSubscribed.
    """
    subscription = lock_current(organization)
    _move(subscription, Status.CANCELLED, now)
    return subscription


def _move(subscription: Subscription, status: Status, now: datetime) -> None:
    if status not in LEGAL_TRANSITIONS[subscription.status]:
        raise TransitionNotAllowed(f"It is {subscription.status} and cannot become {status}")
    subscription.status, subscription.updated_at = status, now
    subscription.ended_at = now if status == Status.CANCELLED else None
    subscription.save(update_fields=["status", "updated_at", "ended_at"])


def _refuse_unless_offered(plan: Plan, organization: Organization) -> None:
    if plan.is_legacy:
        raise PlanNotOffered(f"{plan.name} is kept for those who have it", field="plan")
    if plan.currency != organization.currency:
        raise PlanCurrencyMismatch(f"{plan.currency} is not {organization.currency}", field="plan")
