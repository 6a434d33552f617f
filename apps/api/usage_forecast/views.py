"""`GET /v1/usage/forecast`: the forecast of the current period by the run rate."""

from typing import Any

from django.utils import timezone
from rest_framework.request import Request

from apps.api.authentication import BearerAuthentication, organization_of
from apps.api.fields import number
from apps.api.permissions import HasScope
from apps.api.responses import Response
from apps.api.usage_forecast.facts import CustomerForecast, NextInvoice, customer_forecast
from apps.api.views import ApiView
from apps.tenants.models import ApiKey
from apps.usage.forecast import daily_rate
from apps.usage.selectors import SpanForecast


class Forecast(ApiView):
    """The organization's forecast."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (HasScope(ApiKey.Scope.BILLING_READ),)

    def get(self, request: Request) -> Response:
        """Return it as of now."""
        organization = organization_of(request)
        found = customer_forecast(organization, timezone.now())
        return Response(forecast(found, organization.currency))


def forecast(found: CustomerForecast, currency: str) -> dict[str, Any]:
    """Present the forecast; without a full day of usage there is none, and `reason` says so."""
    usage, rate = found.usage, daily_rate(found.usage.days)
    body: dict[str, Any] = {
        "currency": currency,
        "fullDays": len(usage.days),
        "billingPeriod": _span(usage.billing),
        "month": {**_span(usage.month), "minimums": number(usage.minimum_micros)},
        "agreements": [
            {"description": each.description, "dueDate": each.next_due_date, "amount": number(each.amount_micros)}
            for each in found.agreements
        ],
        "nextInvoices": [_invoice(each) for each in found.invoices],
        "priceChanges": [
            {"meter": each.meter, "model": each.model, "from": each.starts_at} for each in usage.prices_ahead
        ],
    }
    if rate is None:
        return {**body, "reason": "not_enough_data"}
    body["dailyRate"] = number(rate)
    if found.credit_ends_at is not None:
        body["creditEndsAt"] = found.credit_ends_at
    return body


def _span(span: SpanForecast) -> dict[str, Any]:
    shown = {"start": span.period.start, "end": span.period.end, "soFar": number(span.so_far_micros)}
    if span.expected is None:
        return shown
    return {
        **shown,
        "expected": number(span.expected.likely_micros),
        "low": number(span.expected.low_micros),
        "high": number(span.expected.high_micros),
    }


def _invoice(invoice: NextInvoice) -> dict[str, Any]:
    shown = {"kind": invoice.kind, "date": invoice.day, "amount": number(invoice.amount_micros)}
    if invoice.range_micros is None:
        return shown
    low, high = invoice.range_micros
    return {**shown, "low": number(low), "high": number(high)}
