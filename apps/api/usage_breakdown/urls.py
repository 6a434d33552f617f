"""The route of usage by what events name."""

from django.urls import path

from apps.api.usage_breakdown.views import UsageBreakdown

urlpatterns = [
    path("breakdown", UsageBreakdown.as_view(), name="usage-breakdown"),
]
