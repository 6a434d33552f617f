"""The routes of webhooks to customers."""

from django.urls import path

from apps.api.webhooks.views import Deliveries, Endpoint, Endpoints, Event, Events, Replay, Retry, Rotation, Test

urlpatterns = [
    path("endpoints", Endpoints.as_view(), name="webhook-endpoints"),
    path("endpoints/<str:endpoint_id>", Endpoint.as_view(), name="webhook-endpoint"),
    path("endpoints/<str:endpoint_id>/rotate-secret", Rotation.as_view(), name="webhook-endpoint-rotation"),
    path("endpoints/<str:endpoint_id>/test", Test.as_view(), name="webhook-endpoint-test"),
    path("endpoints/<str:endpoint_id>/replay", Replay.as_view(), name="webhook-endpoint-replay"),
    path("events", Events.as_view(), name="webhook-events"),
    path("events/<str:event_id>", Event.as_view(), name="webhook-event"),
    path("deliveries", Deliveries.as_view(), name="webhook-deliveries"),
    path("deliveries/<str:delivery_id>/retry", Retry.as_view(), name="webhook-delivery-retry"),
]
