"""Present unit usage: the billing and allocation periods, and the units included and consumed."""

from collections.abc import Mapping
from typing import Any

from apps.api.fields import number
from apps.plans.selectors import SubscriptionFigures
from apps.usage.selectors import ConsumedUnits


def unit_usage(subscription: SubscriptionFigures, consumed: ConsumedUnits) -> dict[str, Any]:
    """Present unit usage; `consumed_amounts` has the same members as `allocation_amounts`."""
    billing, allocation = subscription.billing, subscription.allocation
    units = consumed_by_unit(consumed)
    return {
        "billing_period_start": billing.start,
        "billing_period_end": billing.end,
        "allocation_period_start": allocation.start if allocation else None,
        "allocation_period_end": allocation.end if allocation else None,
        "allocation_cadence": subscription.cadence,
        "allocation_amounts": {unit: number(amount) for unit, amount in subscription.allocation_amounts.items()},
        "consumed_amounts": {unit: number(units[unit]) for unit in subscription.allocation_amounts},
    }


def consumed_by_unit(consumed: ConsumedUnits) -> Mapping[str, int]:
    """Return the consumed units in micros, by their API names."""
    return {
        "explorer_units": consumed.explorer_micros,
        "developer_units": consumed.developer_micros,
        "credits": consumed.credits_micros,
    }
