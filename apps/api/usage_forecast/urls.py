"""The route of the forecast."""

from django.urls import path

from apps.api.usage_forecast.views import Forecast

urlpatterns = [
    path("forecast", Forecast.as_view(), name="usage-forecast"),
]
