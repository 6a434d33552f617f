"""Routes of the account data surface, one module per resource."""

from django.urls import path

from apps.api.account_data.organisation import OrganisationProfile
from apps.api.account_data.snapshots import LatestBalance, LatestCosts

urlpatterns = [
    path("v1/organization", OrganisationProfile.as_view(), name="organisation"),
    path("v1/organization/balance", LatestBalance.as_view(), name="latest-balance"),
    path("v1/organization/costs", LatestCosts.as_view(), name="latest-costs"),
]
