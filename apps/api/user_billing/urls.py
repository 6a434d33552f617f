"""The routes of the user endpoints."""

from django.urls import path

from apps.api.user_billing.views import Costs, Records, UserBudget

urlpatterns = [
    path("v1/billing/budget", UserBudget.as_view(), name="user-budget"),
    path("v1/billing/records", Records.as_view(), name="billing-records"),
    path("v1/costs/summary", Costs.as_view(), name="costs-summary"),
]
