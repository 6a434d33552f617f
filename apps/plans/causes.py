"""Plan rows that can cause a transfer: a subscription, by its plan's included quota."""

from apps.common.causes import CauseType, register

SUBSCRIPTION = register(
    CauseType(name="plans.subscription", label="Subscription", models=("plans.Subscription",), staff_may_reverse=True)
)
