"""`GET /api/v1/org/billing`: the organization's billing mode, balance and prices."""

from decimal import Decimal
from typing import Any

from django.utils import timezone
from rest_framework.request import Request

from apps.api.authentication import organization_of
from apps.api.fields import number, price_per_1k, unit_price, usd_number
from apps.api.org_billing.base import OrgBillingView
from apps.api.responses import Response
from apps.common.money import convert
from apps.payments.selectors import stripe_customer_id
from apps.pricing.selectors import PriceSheet, price_sheet
from apps.tenants.models import Organization
from apps.wallets.selectors import WalletFigures, wallet_figures


class BillingProfile(OrgBillingView):
    """The caller's billing profile."""

    answer_schema = "TenantBillingProfile"

    def get(self, request: Request) -> Response:
        """Return it as of now."""
        organization, now = organization_of(request), timezone.now()
        return self.described(
            billing_profile(
                organization,
                wallet_figures(organization, now),
                price_sheet(organization, now),
                stripe_customer_id(organization),
            )
        )


def billing_profile(
    organization: Organization, figures: WalletFigures, prices: PriceSheet, customer_id: str | None
) -> dict[str, Any]:
    """Present the profile; missing prices are 0."""
    rate = organization.usd_rate_micros
    return {
        "billingMode": organization.billing_mode,
        "charPricePerMonthUsd": unit_price(convert(prices.character or 0, rate)),
        "creditBalance": number(figures.balance_micros),
        "currency": organization.currency,
        "eventPrices": _unit_prices(prices.events),
        "freeCreditGranted": figures.free_credit_granted,
        "inputTokenPricePer1KUsd": price_per_1k(convert(prices.tokens.input or 0, rate)),
        "outputTokenPricePer1KUsd": price_per_1k(convert(prices.tokens.output or 0, rate)),
        "outstandingUsd": usd_number(figures.outstanding_micros, rate),
        "postpaidLimitUsd": usd_number(figures.postpaid_limit_micros, rate),
        "servicePrices": _unit_prices(prices.services),
        **({"stripeCustomerId": customer_id} if customer_id else {}),
        "tenantId": organization.pk,
        "tokenPricePer1KUsd": price_per_1k(convert(prices.tokens.unsplit or 0, rate)),
        "updatedAt": max(organization.updated_at, figures.updated_at),
    }


def _unit_prices(prices: dict[str, int]) -> dict[str, Decimal]:
    """Present prices in the organization's currency, since their names do not end in `Usd`."""
    return {slug: unit_price(price) for slug, price in prices.items()}
