"""The route of preferences."""

from django.urls import path

from apps.api.preferences.views import Preferences

urlpatterns = [path("preferences", Preferences.as_view(), name="preferences")]
