"""The payment rows that can cause a ledger transfer: payments with their purposes, and returns."""

from apps.common.causes import CauseType, register

CHECKOUT_SESSION = register(
    CauseType(name="payments.checkout_session", label="Checkout", models=("payments.CheckoutSession",))
)
STRIPE_PAYMENT = register(
    CauseType(name="payments.stripe_payment", label="Payment at Stripe", models=("payments.StripePayment",))
)
STRIPE_INVOICE = register(
    CauseType(name="payments.stripe_invoice", label="Invoice at Stripe", models=("payments.StripeInvoice",))
)
REFUND = register(CauseType(name="payments.refund", label="Refund at Stripe", models=("payments.Refund",)))
BALANCE_TRANSACTION = register(
    CauseType(name="payments.balance_transaction", label="Movement at Stripe", models=("payments.BalanceTransaction",))
)
PAYOUT = register(CauseType(name="payments.payout", label="Stripe payout", models=("payments.Payout",)))
DISPUTE = register(CauseType(name="payments.dispute", label="Dispute", models=("payments.Dispute",)))
