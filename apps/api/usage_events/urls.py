"""The routes that usage comes in by."""

from django.urls import path

from apps.api.usage_events.views import UsageEvents, VendorReports
from apps.usage.doors import DOORS

urlpatterns = [
    path("events", UsageEvents.as_view(), name="usage-events"),
    *(path(vendor, VendorReports.as_view(vendor=vendor), name=f"usage-{vendor}") for vendor in DOORS),
]
