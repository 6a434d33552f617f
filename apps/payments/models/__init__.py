"""Requests to Stripe, events from Stripe, and the payments in between. Amounts are micros of the currency."""

from apps.payments.models.billing import (
    INVOICE_TRANSITIONS,
    UNPAID_STATES,
    InvoicePart,
    Mandate,
    StripeInvoice,
)
from apps.payments.models.checkout import (
    CHECKOUT_TRANSITIONS,
    OPEN_SESSION_STATES,
    CheckoutPart,
    CheckoutSession,
    PaymentLink,
)
from apps.payments.models.inbox import EVENT_TRANSITIONS, StripeEvent, SweepMark
from apps.payments.models.issues import PaymentIssue
from apps.payments.models.money import (
    AT_STRIPE,
    Dispute,
    PaymentPart,
    PaymentReturn,
    Refund,
    StripePayment,
    TopUpInvoice,
)
from apps.payments.models.payouts import BalanceTransaction, Payout, PayoutPart
from apps.payments.models.requests import StripeCustomer, StripeRequest

__all__ = [
    "AT_STRIPE",
    "CHECKOUT_TRANSITIONS",
    "EVENT_TRANSITIONS",
    "INVOICE_TRANSITIONS",
    "OPEN_SESSION_STATES",
    "UNPAID_STATES",
    "BalanceTransaction",
    "CheckoutPart",
    "CheckoutSession",
    "Dispute",
    "InvoicePart",
    "Mandate",
    "PaymentIssue",
    "PaymentLink",
    "PaymentPart",
    "PaymentReturn",
    "Payout",
    "PayoutPart",
    "Refund",
    "StripeCustomer",
    "StripeEvent",
    "StripeInvoice",
    "StripePayment",
    "StripeRequest",
    "SweepMark",
    "TopUpInvoice",
]
