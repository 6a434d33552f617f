"""The route of the billing summary."""

from django.urls import path

from apps.api.billing_summary.views import BillingSummary

urlpatterns = [
    path("summary", BillingSummary.as_view(), name="billing-summary"),
]
