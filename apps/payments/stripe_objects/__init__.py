"""The fields we read of Stripe's objects, in responses and events alike, as frozen, validated values. Pure.

Amounts are in the currency's smallest unit, as at Stripe; currency codes are upper case (`USD`), as ours are.
"""

from apps.payments.stripe_objects.billing import CreditNoteFacts, InvoiceFacts, InvoicePaymentFacts, SubscriptionFacts
from apps.payments.stripe_objects.checkout import (
    CheckoutFacts,
    CustomerFacts,
    InvoiceItemFacts,
    LinkFacts,
    MethodFacts,
    PortalFacts,
)
from apps.payments.stripe_objects.fields import Facts
from apps.payments.stripe_objects.money import (
    BalanceFacts,
    ChargeFacts,
    DisputeFacts,
    FraudWarningFacts,
    IntentFacts,
    MovementFacts,
    PayoutFacts,
    RefundFacts,
)
from apps.payments.stripe_objects.taxes import TaxCalculationFacts, TaxTransactionFacts

__all__ = [
    "BalanceFacts",
    "ChargeFacts",
    "CheckoutFacts",
    "CreditNoteFacts",
    "CustomerFacts",
    "DisputeFacts",
    "Facts",
    "FraudWarningFacts",
    "IntentFacts",
    "InvoiceFacts",
    "InvoiceItemFacts",
    "InvoicePaymentFacts",
    "LinkFacts",
    "MethodFacts",
    "MovementFacts",
    "PayoutFacts",
    "PortalFacts",
    "RefundFacts",
    "SubscriptionFacts",
    "TaxCalculationFacts",
    "TaxTransactionFacts",
]
