"""The life cycle of a subscription: one service per transition."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from apps.common.errors import Rejected
from apps.common.periods import billing_period
from apps.common.transactions import serialized
from apps.common.transitions import transition
from apps.plans.errors import AlreadySubscribed, PlanCurrencyMismatch, PlanNotOffered, TransitionNotAllowed
from apps.plans.models import LEGAL_TRANSITIONS, Plan, Subscription
from apps.plans.services.locks import lock_current
from apps.plans.services.quota import grant_due_quota
from apps.tenants.models import Organization
from apps.tenants.services import lock_open_organization

Status = Subscription.Status


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionTerms:
    """How a subscription starts: where it was agreed, whether as a trial, and when, by default now."""

    source: Subscription.Source = Subscription.Source.MANUAL
    trial: bool = False
    started_at: datetime | None = None


MANUAL = SubscriptionTerms()


@serialized
def start_subscription(
    *,
    organization: Organization,
    plan: Plan,
    created_by: str,
    now: datetime,
    terms: SubscriptionTerms = MANUAL,
) -> Subscription:
    """Put an organization on a plan and grant the full quota of the current billing period.

    A `started_at` in the past sets when annual allocations start; quota is granted from the current period on. From now
    on the organization's anchor day is fixed, because new periods would overlap those already granted.

    Raises:
        AlreadySubscribed: it is on a plan; change that one.
        PlanNotOffered: the plan is retired. PlanCurrencyMismatch: the plan is in another currency.
        OrganizationArchived: the organization is archived. Rejected: `started_at` is in the future.
    """
    _refuse_unless_offered(plan, organization)
    anchor_day = lock_open_organization(organization.pk).anchor_day
    began = terms.started_at or now
    if began > now:
        raise Rejected("A subscription cannot start in the future", field="started_at")
    subscription = Subscription(
        organization=organization,
        plan=plan,
        status=Status.TRIALING if terms.trial else Status.ACTIVE,
        source=terms.source,
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
    """Move an organization to another plan at once; status, source and allocation year are kept.

    Quota granted in the current period stays. A larger quota adds the difference now; a smaller one applies from the
    next period.

    Raises:
        NotSubscribed: it is on no plan; start one.
        PlanNotOffered: the plan is retired. PlanCurrencyMismatch: the plan is in another currency.
    """
    _refuse_unless_offered(plan, organization)
    old = lock_current(organization)
    status = old.status
    if plan.pk == old.plan_id:
        return old
    _move(old, Status.CANCELED, now)
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
    """End the trial, or reactivate a past due subscription, and grant the current period's quota if it was not granted.

    Billing periods that passed while it was past due get no quota.

    Raises:
        NotSubscribed: the organization is on no plan. TransitionNotAllowed: the status does not allow it.
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
    """Mark a subscription past due after a failed payment: it stays current, but grants no quota until reactivated.

    Raises:
        NotSubscribed: the organization is on no plan. TransitionNotAllowed: the status does not allow it.
    """
    subscription = lock_current(organization)
    if subscription.status != Status.PAST_DUE:
        _move(subscription, Status.PAST_DUE, now)
    return subscription


@serialized
def cancel_subscription(*, organization: Organization, now: datetime) -> Subscription:
    """End the subscription at once; the quota of the current period stays until the period ends.

    Raises:
        NotSubscribed: the organization is on no plan.
    """
    subscription = lock_current(organization)
    _move(subscription, Status.CANCELED, now)
    return subscription


def _move(subscription: Subscription, status: Status, now: datetime) -> None:
    refusal = TransitionNotAllowed(f"It is {subscription.status} and cannot become {status}")
    transition(subscription, status, LEGAL_TRANSITIONS, refusal, field="status")
    subscription.updated_at = now
    subscription.ended_at = now if status == Status.CANCELED else None
    subscription.save(update_fields=["status", "updated_at", "ended_at"])


def _refuse_unless_offered(plan: Plan, organization: Organization) -> None:
    if plan.is_legacy:
        raise PlanNotOffered(f"{plan.name} is no longer offered", field="plan")
    if plan.currency != organization.currency:
        raise PlanCurrencyMismatch(
            f"The plan is in {plan.currency}, the organization in {organization.currency}", field="plan"
        )
