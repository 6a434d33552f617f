"""The route of explanations."""

from django.urls import path

from apps.api.explanations.views import Explain

urlpatterns = [path("explain/<str:entry_id>", Explain.as_view(), name="explanation")]
