"""The route of the alerts about low credit."""

from django.urls import path

from apps.api.alerts.views import BalanceAlerts

urlpatterns = [path("alerts/balance", BalanceAlerts.as_view(), name="balance-alerts")]
