"""The route that usage comes in by."""

from django.urls import path

from apps.api.usage_events.views import UsageEvents

urlpatterns = [
    path("events", UsageEvents.as_view(), name="usage-events"),
]
