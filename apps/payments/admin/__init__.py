"""Payments on screen: the inbox, what was paid and went back, what was asked of Stripe, what needs a person."""

from apps.payments.admin.inbox import StripeEventAdmin
from apps.payments.admin.issues import PaymentIssueAdmin
from apps.payments.admin.money import DisputeAdmin, RefundAdmin, StripePaymentAdmin
from apps.payments.admin.requests import CheckoutSessionAdmin, PaymentLinkAdmin, StripeCustomerAdmin, StripeInvoiceAdmin
from apps.payments.admin.schedules import ContractCharging, InstallmentPaying

__all__ = [
    "CheckoutSessionAdmin",
    "ContractCharging",
    "DisputeAdmin",
    "InstallmentPaying",
    "PaymentIssueAdmin",
    "PaymentLinkAdmin",
    "RefundAdmin",
    "StripeCustomerAdmin",
    "StripeEventAdmin",
    "StripeInvoiceAdmin",
    "StripePaymentAdmin",
]
