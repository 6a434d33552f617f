"""Payments on screen: the event inbox, payments and their returns, requests to Stripe, and issues."""

from apps.payments.admin.inbox import StripeEventAdmin
from apps.payments.admin.issues import PaymentIssueAdmin
from apps.payments.admin.money import DisputeAdmin, RefundAdmin, StripePaymentAdmin
from apps.payments.admin.payouts import BalanceTransactionAdmin, PayoutAdmin
from apps.payments.admin.requests import CheckoutSessionAdmin, PaymentLinkAdmin, StripeCustomerAdmin, StripeInvoiceAdmin
from apps.payments.admin.schedules import ContractPaymentPage, InstallmentPaymentPage

__all__ = [
    "BalanceTransactionAdmin",
    "CheckoutSessionAdmin",
    "ContractPaymentPage",
    "DisputeAdmin",
    "InstallmentPaymentPage",
    "PaymentIssueAdmin",
    "PaymentLinkAdmin",
    "PayoutAdmin",
    "RefundAdmin",
    "StripeCustomerAdmin",
    "StripeEventAdmin",
    "StripeInvoiceAdmin",
    "StripePaymentAdmin",
]
