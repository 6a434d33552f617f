"""Routes of the org billing surface, one module per resource."""

from django.urls import path

from apps.api.org_billing.agreements import ServiceAgreements
from apps.api.org_billing.contract import EnterpriseContract
from apps.api.org_billing.ledger import OrgLedger
from apps.api.org_billing.payments import Checkout, Portal, Subscribe
from apps.api.org_billing.pricing import ModelPricing
from apps.api.org_billing.profile import BillingProfile
from apps.api.org_billing.usage import Characters, ContextEngineEvents, ServiceUsage, UsageSummary
from apps.api.org_billing.vouchers import RedeemVoucher

urlpatterns = [
    path("billing", BillingProfile.as_view(), name="org-billing"),
    path("characters", Characters.as_view(), name="org-characters"),
    path("billing/checkout", Checkout.as_view(), name="org-checkout"),
    path("billing/portal", Portal.as_view(), name="org-portal"),
    path("contract/subscribe", Subscribe.as_view(), name="org-subscribe"),
    path("contract", EnterpriseContract.as_view(), name="org-contract"),
    path("events", ContextEngineEvents.as_view(), name="org-events"),
    path("ledger", OrgLedger.as_view(), name="org-ledger"),
    path("model-pricing", ModelPricing.as_view(), name="org-model-pricing"),
    path("service-agreements", ServiceAgreements.as_view(), name="org-service-agreements"),
    path("vouchers/redeem", RedeemVoucher.as_view(), name="org-voucher-redeem"),
    path("service-usage", ServiceUsage.as_view(), name="org-service-usage"),
    path("usage-summary", UsageSummary.as_view(), name="org-usage-summary"),
]
