"""Usage and its cost in a window of UTC days: summary, events, services and characters."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from rest_framework.request import Request

from apps.api.authentication import organization_of
from apps.api.fields import number, price_per_1k, unit_price, usd_number
from apps.api.org_billing.base import OrgBillingView
from apps.api.query_parameters import DAYS, read_integers
from apps.api.responses import Response
from apps.common.money import convert, convert_parts
from apps.common.periods import month_label
from apps.pricing.selectors import PriceSheet, price_sheet
from apps.tenants.models import Organization
from apps.usage import selectors
from apps.usage.selectors import ActiveCharacters, UsageGroup, UsageTotals
from apps.wallets.selectors import wallet_figures


class UsageSummary(OrgBillingView):
    """`GET /api/v1/org/usage-summary`."""

    answer_schema = "OrgUsageSummaryBody"

    def get(self, request: Request) -> Response:
        """Return the window's totals, with current prices and balance."""
        (days,), organization, now = read_integers(request, DAYS), organization_of(request), timezone.now()
        totals = selectors.usage_totals(organization, days=days, now=now)
        balance = wallet_figures(organization, now).balance_micros
        return self.described(usage_summary(organization, totals, price_sheet(organization, now), balance))


class ContextEngineEvents(OrgBillingView):
    """`GET /api/v1/org/events`."""

    answer_schema = "ContextEngineEventSummary"

    def get(self, request: Request) -> Response:
        """Return the window's context engine events by type."""
        (days,), organization, now = read_integers(request, DAYS), organization_of(request), timezone.now()
        groups = selectors.usage_by_event_type(organization, days=days, now=now)
        prices = price_sheet(organization, now).events
        return self.described(grouped_usage(organization, groups, prices, now, "byType", "eventType"))


class ServiceUsage(OrgBillingView):
    """`GET /api/v1/org/service-usage`."""

    answer_schema = "ServiceUsageSummary"

    def get(self, request: Request) -> Response:
        """Return the window's service usage by operation."""
        (days,), organization, now = read_integers(request, DAYS), organization_of(request), timezone.now()
        groups = selectors.usage_by_operation(organization, days=days, now=now)
        prices = price_sheet(organization, now).services
        return self.described(grouped_usage(organization, groups, prices, now, "byOperation", "operation"))


class Characters(OrgBillingView):
    """`GET /api/v1/org/characters`."""

    answer_schema = "ActiveCharacterSummary"

    def get(self, request: Request) -> Response:
        """Return the newest month in the window with active characters, at that month's price."""
        (days,), organization, now = read_integers(request, DAYS), organization_of(request), timezone.now()
        month = selectors.active_characters(organization, days=days, now=now)
        return self.described(character_month(organization, month, price_sheet(organization, month.priced_at(now))))


def usage_summary(
    organization: Organization, totals: UsageTotals, prices: PriceSheet, balance_micros: int
) -> dict[str, Any]:
    """Present the summary; missing prices are 0."""
    rate, tokens = organization.usd_rate_micros, prices.tokens
    return {
        "charPricePerMonthUsd": _usd_price(prices.character, rate),
        "creditBalanceUsd": usd_number(balance_micros, rate),
        "estimatedCostUsd": usd_number(totals.charge_micros, rate),
        "inputTokenPricePer1KUsd": price_per_1k(convert(tokens.input or 0, rate)),
        "outputTokenPricePer1KUsd": price_per_1k(convert(tokens.output or 0, rate)),
        "tokenPricePer1KUsd": price_per_1k(convert(tokens.unsplit or 0, rate)),
        "totalCharacters": totals.characters,
        "totalInputTokens": totals.input_tokens,
        "totalMessages": totals.messages,
        "totalOutputTokens": totals.output_tokens,
        "totalProjects": totals.projects,
        "totalSessions": totals.sessions,
        "totalTokens": totals.tokens,
    }


def grouped_usage(
    organization: Organization,
    groups: Iterable[UsageGroup],
    prices: Mapping[str, int],
    now: datetime,
    listing: str,
    name: str,
) -> dict[str, Any]:
    """Present a window's usage by `name`. The total is converted once, and the rows add up to it."""
    rate, groups = organization.usd_rate_micros, list(groups)
    charges = convert_parts([group.charge_micros for group in groups], rate)
    rows = [
        {
            "chargeUsd": number(charge),
            "count": group.event_count,
            name: group.name,
            "unitPriceUsd": _usd_price(prices.get(group.slug), rate),
        }
        for group, charge in zip(groups, charges, strict=True)
    ]
    return {
        listing: rows,
        "month": month_label(now),
        "totalChargeUsd": number(sum(charges)),
        "totalEvents": sum(group.event_count for group in groups),
    }


def character_month(organization: Organization, month: ActiveCharacters, prices: PriceSheet) -> dict[str, Any]:
    """Present a month's active characters; `billedAt` only once the month is closed."""
    rate = organization.usd_rate_micros
    billed = {} if month.billed_at is None else {"billedAt": month.billed_at}
    return {
        **billed,
        "charChargeUsd": usd_number(month.charged_micros, rate),
        "highWaterMark": month.high_water_mark,
        "month": f"{month.month:%Y-%m}",
        "pricePerCharUsd": _usd_price(prices.character, rate),
    }


def _usd_price(micros_per_million: int | None, rate: int) -> Decimal:
    return unit_price(convert(micros_per_million or 0, rate))
