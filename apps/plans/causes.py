"""What of the plans causes a transfer: a subscription, whose plan includes a quota."""

from apps.common.causes import CauseType, register

SUBSCRIPTION = register(
    CauseType(name="plans.subscription", label="Subscription", models=("plans.Subscription",), staff_may_reverse=True)
)
