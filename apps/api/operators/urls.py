"""The routes of the operators' endpoints."""

from django.urls import path

from apps.api.operators.views import Backfill, Cleanup, Reconciliation, Reservations, Stats

urlpatterns = [
    path("reservations", Reservations.as_view(), name="operators-reservations"),
    path("reservations/stats", Stats.as_view(), name="operators-reservation-stats"),
    path("reservations/cleanup", Cleanup.as_view(), name="operators-reservation-cleanup"),
    path("reconcile", Reconciliation.as_view(), name="operators-reconciliation"),
    path("backfill", Backfill.as_view(), name="operators-backfill"),
]
