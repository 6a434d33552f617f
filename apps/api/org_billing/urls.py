"""Routes of the org billing surface, one module per resource."""

from django.urls import path

from apps.api.org_billing.ledger import OrgLedger
from apps.api.org_billing.profile import BillingProfile

urlpatterns = [
    path("billing", BillingProfile.as_view(), name="org-billing"),
    path("ledger", OrgLedger.as_view(), name="org-ledger"),
]
