"""The route of unit usage."""

from django.urls import path

from apps.api.unit_usage.views import OrganizationUsage

urlpatterns = [
    path("usage", OrganizationUsage.as_view(), name="organization-usage"),
]
