"""The route of the proofs."""

from django.urls import path

from apps.api.proofs.views import DayProof

urlpatterns = [path("v1/proofs/<str:day>", DayProof.as_view(), name="day-proof")]
