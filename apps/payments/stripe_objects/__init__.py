"""What we read of Stripe's objects, from answers and from events alike: frozen, checked, nothing else. Pure.

Amounts are in the currency's smallest unit, as Stripe counts them; currencies are written as we write them (`USD`).
"""

from apps.payments.stripe_objects.billing import CreditNoteFacts, InvoiceFacts, InvoicePaymentFacts, SubscriptionFacts
from apps.payments.stripe_objects.checkout import (
    CheckoutFacts,
    CustomerFacts,
    LinkFacts,
    MethodFacts,
    PortalFacts,
    ThingFacts,
)
from apps.payments.stripe_objects.fields import Facts
from apps.payments.stripe_objects.money import (
    ChargeFacts,
    DisputeFacts,
    FraudWarningFacts,
    IntentFacts,
    MovementFacts,
    RefundFacts,
)

__all__ = [
    "ChargeFacts",
    "CheckoutFacts",
    "CreditNoteFacts",
    "CustomerFacts",
    "DisputeFacts",
    "Facts",
    "FraudWarningFacts",
    "IntentFacts",
    "InvoiceFacts",
    "InvoicePaymentFacts",
    "LinkFacts",
    "MethodFacts",
    "MovementFacts",
    "PortalFacts",
    "RefundFacts",
    "SubscriptionFacts",
    "ThingFacts",
]
