"""Turns the work that a request describes into work to price; `usage.selectors.estimates` prices it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from apps.pricing.model_names import normal_model
from apps.tenants.models import Organization
from apps.usage.models import BYOK
from apps.usage.selectors import Estimate, FutureWork, estimate_charge
from apps.wallets.budgets.scopes import Dimensions


def estimated(
    organization: Organization, asked: Mapping[str, Any], named: Mapping[str, str], now: datetime
) -> tuple[Estimate, Dimensions]:
    """Return the cost of a request's work, and the work's dimensions."""
    work = FutureWork(
        meter=asked.get("meter", ""),
        model=normal_model(asked.get("model", "")),
        quantity_micros=asked.get("quantity"),
        input_tokens=asked.get("inputTokens"),
        output_tokens=asked.get("maxOutputTokens"),
        quantities=asked.get("quantities", {}),
        service_tier=asked.get("serviceTier", ""),
        billing_mode=BYOK if asked.get("billingMode") == "byok" else "",
    )
    found = estimate_charge(organization, work, now)
    return found, Dimensions(**named, meter=found.meter, model=found.model, resource=found.resource)
