"""The routes of automatic top-up."""

from django.urls import path

from apps.api.top_ups.views import Attempts, PaymentMethod, Resumption, TopUpSettings

urlpatterns = [
    path("top-up", TopUpSettings.as_view(), name="top-up"),
    path("top-up/attempts", Attempts.as_view(), name="top-up-attempts"),
    path("top-up/payment-method", PaymentMethod.as_view(), name="top-up-payment-method"),
    path("top-up/resume", Resumption.as_view(), name="top-up-resume"),
]
