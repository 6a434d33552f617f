"""The routes of reservations and estimates."""

from django.urls import path

from apps.api.reservations.views import Capture, Captures, EstimateView, Extension, Release, Reservation, Reservations

urlpatterns = [
    path("estimate", EstimateView.as_view(), name="estimate"),
    path("reservations", Reservations.as_view(), name="reservations"),
    path("reservations/captures", Captures.as_view(), name="reservation-captures"),
    path("reservations/<str:reservation_id>", Reservation.as_view(), name="reservation"),
    path("reservations/<str:reservation_id>/capture", Capture.as_view(), name="reservation-capture"),
    path("reservations/<str:reservation_id>/extend", Extension.as_view(), name="reservation-extend"),
    path("reservations/<str:reservation_id>/release", Release.as_view(), name="reservation-release"),
]
