"""The route of contacts."""

from django.urls import path

from apps.api.contacts.views import Contacts

urlpatterns = [path("contacts", Contacts.as_view(), name="contacts")]
