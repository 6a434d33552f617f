"""`GET /api/v1/org/model-pricing`: current token prices per model for the caller's organization."""

from typing import Any

from django.utils import timezone
from rest_framework.request import Request

from apps.api.authentication import organization_of
from apps.api.fields import price_per_1k
from apps.api.org_billing.base import OrgBillingView
from apps.api.responses import Response
from apps.pricing.selectors import ModelPrice, model_prices


class ModelPricing(OrgBillingView):
    """List prices per model in the organization's currency, replaced by its own prices, sorted by model."""

    def get(self, request: Request) -> Response:
        """Return them as a bare array, as documented."""
        return Response([model_price(each) for each in model_prices(organization_of(request), timezone.now())])


def model_price(price: ModelPrice) -> dict[str, Any]:
    """Present a model's prices."""
    return {
        "inputPricePer1K": price_per_1k(price.prices.input or 0),
        "model": price.model,
        "outputPricePer1K": price_per_1k(price.prices.output or 0),
    }
