"""The routes that usage comes in by."""

from django.urls import path

from apps.api.usage_events.views import EventCorrections, SignedReports, Traces, UsageEvents, VendorReports
from apps.usage.door_tables import DOORS

urlpatterns = [
    path("events", UsageEvents.as_view(), name="usage-events"),
    path("events/<path:event_id>/void", EventCorrections.as_view(), name="usage-event-void"),
    path("events/<path:event_id>/replace", EventCorrections.as_view(replaces=True), name="usage-event-replace"),
    *(
        path(vendor, VendorReports.as_view(vendor=vendor), name=f"usage-{vendor}")
        for vendor in DOORS
        if vendor != "otel"
    ),
    path("reports/<uuid:endpoint>", SignedReports.as_view(), name="usage-reports"),
    path("otel", Traces.as_view(), name="usage-otel"),
    path("otel/v1/traces", Traces.as_view(), name="usage-otel-traces"),
]
