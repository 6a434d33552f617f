"""The routes of the API, by surface; those called most come first, because Django tries them in order."""

from django.urls import path, re_path

from apps.api.about import views as about
from apps.api.account_data import views as account_data
from apps.api.alerts import views as alerts
from apps.api.billing_summary import views as billing_summary
from apps.api.budgets import views as budgets
from apps.api.contacts import views as contacts
from apps.api.explanations import views as explanations
from apps.api.invoices import views as invoices
from apps.api.operators import views as operators
from apps.api.org_billing import agreements as org_agreements
from apps.api.org_billing import contract as org_contract
from apps.api.org_billing import ledger as org_ledger
from apps.api.org_billing import payments as org_payments
from apps.api.org_billing import pricing as org_pricing
from apps.api.org_billing import profile as org_profile
from apps.api.org_billing import usage as org_usage
from apps.api.org_billing import vouchers as org_vouchers
from apps.api.preferences import views as preferences
from apps.api.proofs import views as proofs
from apps.api.reservations import views as reservations
from apps.api.top_ups import views as top_ups
from apps.api.unit_usage import views as unit_usage
from apps.api.usage_breakdown import views as usage_breakdown
from apps.api.usage_events import views as usage_events
from apps.api.usage_forecast import views as usage_forecast
from apps.api.user_billing import views as user_billing
from apps.api.webhooks import views as webhooks
from apps.usage.vendor_tables import VENDOR_TABLES

urlpatterns = [
    path("v1/usage/events", usage_events.UsageEvents.as_view(), name="usage-events"),
    path("v1/usage/events/<path:event_id>/void", usage_events.EventCorrections.as_view(), name="usage-event-void"),
    path(
        "v1/usage/events/<path:event_id>/replace",
        usage_events.EventCorrections.as_view(replaces=True),
        name="usage-event-replace",
    ),
    *(
        path(f"v1/usage/{vendor}", usage_events.VendorReports.as_view(vendor=vendor), name=f"usage-{vendor}")
        for vendor in VENDOR_TABLES
        if vendor != "otel"
    ),
    path("v1/usage/reports/<uuid:endpoint>", usage_events.SignedReports.as_view(), name="usage-reports"),
    path("v1/usage/otel", usage_events.Traces.as_view(), name="usage-otel"),
    path("v1/usage/otel/v1/traces", usage_events.Traces.as_view(), name="usage-otel-traces"),
    path("v1/billing/organization/summary", billing_summary.BillingSummary.as_view(), name="billing-summary"),
    path("v1/billing/estimate", reservations.EstimateView.as_view(), name="estimate"),
    path("v1/billing/reservations", reservations.Reservations.as_view(), name="reservations"),
    path("v1/billing/reservations/captures", reservations.Captures.as_view(), name="reservation-captures"),
    path("v1/billing/reservations/<str:reservation_id>", reservations.Reservation.as_view(), name="reservation"),
    path(
        "v1/billing/reservations/<str:reservation_id>/capture",
        reservations.Capture.as_view(),
        name="reservation-capture",
    ),
    path(
        "v1/billing/reservations/<str:reservation_id>/extend",
        reservations.Extension.as_view(),
        name="reservation-extend",
    ),
    path(
        "v1/billing/reservations/<str:reservation_id>/release",
        reservations.Release.as_view(),
        name="reservation-release",
    ),
    path("v1/billing/budgets", budgets.Budgets.as_view(), name="budgets"),
    path("v1/billing/budgets/<str:budget_id>", budgets.Budget.as_view(), name="budget"),
    path("v1/billing/budgets/<str:budget_id>/usage", budgets.Usage.as_view(), name="budget-usage"),
    path("v1/billing/budgets/<str:budget_id>/additions", budgets.Additions.as_view(), name="budget-additions"),
    path("v1/billing/alerts/balance", alerts.BalanceAlerts.as_view(), name="balance-alerts"),
    path("v1/billing/top-up", top_ups.TopUpSettings.as_view(), name="top-up"),
    path("v1/billing/top-up/attempts", top_ups.TopUpAttempts.as_view(), name="top-up-attempts"),
    path("v1/billing/top-up/payment-method", top_ups.PaymentMethod.as_view(), name="top-up-payment-method"),
    path("v1/billing/top-up/resume", top_ups.TopUpResumption.as_view(), name="top-up-resume"),
    path("v1/billing/contacts", contacts.Contacts.as_view(), name="contacts"),
    path("v1/billing/explain/<str:entry_id>", explanations.ExplanationView.as_view(), name="explanation"),
    path("v1/billing/preferences", preferences.Preferences.as_view(), name="preferences"),
    path("v1/billing/invoices", invoices.Invoices.as_view(), name="invoices"),
    path("v1/billing/invoices/<str:invoice_id>", invoices.Invoice.as_view(), name="invoice"),
    path("v1/billing/invoices/<str:invoice_id>/pdf", invoices.InvoicePdf.as_view(), name="invoice-pdf"),
    path("v1/billing/invoices/<str:invoice_id>/xml", invoices.InvoiceXml.as_view(), name="invoice-xml"),
    path("v1/webhooks/endpoints", webhooks.Endpoints.as_view(), name="webhook-endpoints"),
    path("v1/webhooks/endpoints/<str:endpoint_id>", webhooks.Endpoint.as_view(), name="webhook-endpoint"),
    path(
        "v1/webhooks/endpoints/<str:endpoint_id>/rotate-secret",
        webhooks.SecretRotation.as_view(),
        name="webhook-endpoint-rotation",
    ),
    path("v1/webhooks/endpoints/<str:endpoint_id>/test", webhooks.TestEvent.as_view(), name="webhook-endpoint-test"),
    path(
        "v1/webhooks/endpoints/<str:endpoint_id>/replay", webhooks.EventReplay.as_view(), name="webhook-endpoint-replay"
    ),
    path("v1/webhooks/events", webhooks.Events.as_view(), name="webhook-events"),
    path("v1/webhooks/events/<str:event_id>", webhooks.Event.as_view(), name="webhook-event"),
    path("v1/webhooks/deliveries", webhooks.Deliveries.as_view(), name="webhook-deliveries"),
    path(
        "v1/webhooks/deliveries/<str:delivery_id>/retry",
        webhooks.DeliveryRetry.as_view(),
        name="webhook-delivery-retry",
    ),
    path("v1/billing/admin/ledger/reservations", operators.Reservations.as_view(), name="operators-reservations"),
    path(
        "v1/billing/admin/ledger/reservations/stats",
        operators.ReservationStatsView.as_view(),
        name="operators-reservation-stats",
    ),
    path(
        "v1/billing/admin/ledger/reservations/cleanup",
        operators.ReservationCleanup.as_view(),
        name="operators-reservation-cleanup",
    ),
    path("v1/billing/admin/ledger/reconcile", operators.Reconciliation.as_view(), name="operators-reconciliation"),
    path("v1/billing/admin/ledger/backfill", operators.Backfill.as_view(), name="operators-backfill"),
    path("api/v1/org/billing", org_profile.BillingProfile.as_view(), name="org-billing"),
    path("api/v1/org/characters", org_usage.Characters.as_view(), name="org-characters"),
    path("api/v1/org/billing/checkout", org_payments.Checkout.as_view(), name="org-checkout"),
    path("api/v1/org/billing/portal", org_payments.Portal.as_view(), name="org-portal"),
    path("api/v1/org/contract/subscribe", org_payments.Subscribe.as_view(), name="org-subscribe"),
    path("api/v1/org/contract", org_contract.EnterpriseContract.as_view(), name="org-contract"),
    path("api/v1/org/events", org_usage.ContextEngineEvents.as_view(), name="org-events"),
    path("api/v1/org/ledger", org_ledger.OrgLedger.as_view(), name="org-ledger"),
    path("api/v1/org/model-pricing", org_pricing.ModelPricing.as_view(), name="org-model-pricing"),
    path("api/v1/org/service-agreements", org_agreements.ServiceAgreements.as_view(), name="org-service-agreements"),
    path("api/v1/org/vouchers/redeem", org_vouchers.RedeemVoucher.as_view(), name="org-voucher-redeem"),
    path("api/v1/org/service-usage", org_usage.ServiceUsage.as_view(), name="org-service-usage"),
    path("api/v1/org/usage-summary", org_usage.UsageSummary.as_view(), name="org-usage-summary"),
    path("v1/billing/budget", user_billing.UserBudget.as_view(), name="user-budget"),
    path("v1/billing/records", user_billing.BillingRecords.as_view(), name="billing-records"),
    path("v1/costs/summary", user_billing.Costs.as_view(), name="costs-summary"),
    path("v1/organization", account_data.OrganisationProfile.as_view(), name="organisation"),
    path("v1/organization/balance", account_data.LatestBalance.as_view(), name="latest-balance"),
    path("v1/organization/costs", account_data.LatestCosts.as_view(), name="latest-costs"),
    path("api/v1/account/organization/usage", unit_usage.OrganizationUsage.as_view(), name="organization-usage"),
    path("v1/usage/breakdown", usage_breakdown.UsageBreakdown.as_view(), name="usage-breakdown"),
    path("v1/usage/forecast", usage_forecast.Forecast.as_view(), name="usage-forecast"),
    path("v1/proofs/<str:day>", proofs.DayProof.as_view(), name="day-proof"),
    re_path(r"^api/v1/schemas/(?P<name>[A-Za-z]{1,60})\.json$", about.SchemaDocument.as_view(), name="schema"),
    path("api/schema", about.Description.as_view(), name="description"),
    path("api/docs", about.Documentation.as_view(), name="documentation"),
    path("problems/<slug:code>", about.ProblemPage.as_view(), name="problem-page"),
]
