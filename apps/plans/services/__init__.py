"""Services that write plans, subscriptions and included quota."""

from apps.plans.services.catalog import PlanTerms, define_plan, retire_plan
from apps.plans.services.quota import grant_due_quota, grant_due_quotas
from apps.plans.services.subscriptions import (
    SubscriptionTerms,
    activate_subscription,
    cancel_subscription,
    change_plan,
    mark_past_due,
    start_subscription,
)

__all__ = [
    "PlanTerms",
    "SubscriptionTerms",
    "activate_subscription",
    "cancel_subscription",
    "change_plan",
    "define_plan",
    "grant_due_quota",
    "grant_due_quotas",
    "mark_past_due",
    "retire_plan",
    "start_subscription",
]
