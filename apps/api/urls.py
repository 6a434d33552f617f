"""The routes of the API, surface by surface."""

from django.urls import include, path

urlpatterns = [
    path("v1/billing/organization/", include("apps.api.billing_summary.urls")),
    path("api/v1/org/", include("apps.api.org_billing.urls")),
    path("v1/organization", include("apps.api.account_data.urls")),
    path("", include("apps.api.about.urls")),
]
