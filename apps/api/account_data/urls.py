"""Routes of the account data surface, one module per resource."""

from django.urls import path

from apps.api.account_data.organisation import OrganisationProfile

urlpatterns = [
    path("", OrganisationProfile.as_view(), name="organisation"),
]
