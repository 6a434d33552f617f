"""The routes of budgets."""

from django.urls import path

from apps.api.budgets.views import Additions, Budget, Budgets, Usage

urlpatterns = [
    path("budgets", Budgets.as_view(), name="budgets"),
    path("budgets/<str:budget_id>", Budget.as_view(), name="budget"),
    path("budgets/<str:budget_id>/usage", Usage.as_view(), name="budget-usage"),
    path("budgets/<str:budget_id>/additions", Additions.as_view(), name="budget-additions"),
]
