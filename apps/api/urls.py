"""The routes of the API, by surface."""

from django.urls import include, path

urlpatterns = [
    path("v1/billing/organization/", include("apps.api.billing_summary.urls")),
    path("v1/billing/", include("apps.api.reservations.urls")),
    path("v1/billing/", include("apps.api.budgets.urls")),
    path("v1/billing/", include("apps.api.alerts.urls")),
    path("v1/billing/", include("apps.api.top_ups.urls")),
    path("v1/billing/", include("apps.api.contacts.urls")),
    path("v1/billing/", include("apps.api.explanations.urls")),
    path("v1/billing/", include("apps.api.preferences.urls")),
    path("v1/billing/", include("apps.api.invoices.urls")),
    path("v1/webhooks/", include("apps.api.webhooks.urls")),
    path("v1/billing/admin/ledger/", include("apps.api.operators.urls")),
    path("api/v1/org/", include("apps.api.org_billing.urls")),
    path("", include("apps.api.user_billing.urls")),
    path("", include("apps.api.account_data.urls")),
    path("api/v1/account/organization/", include("apps.api.unit_usage.urls")),
    path("v1/usage/", include("apps.api.usage_breakdown.urls")),
    path("v1/usage/", include("apps.api.usage_forecast.urls")),
    path("v1/usage/", include("apps.api.usage_events.urls")),
    path("", include("apps.api.proofs.urls")),
    path("", include("apps.api.about.urls")),
]
