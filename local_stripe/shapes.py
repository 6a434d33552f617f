"""The objects served: every member that the pinned stripe-python declares for the class, null if unset."""

import secrets
import string
from functools import cache
from typing import Any

import stripe

Body = dict[str, Any]

_LETTERS = string.ascii_letters + string.digits

# Members that Stripe sends only on `expand`, and markers that only deleted objects have.
_ON_REQUEST = {
    "checkout.session": {"line_items"},
    "invoice": {"payments", "confirmation_secret", "deleted"},
    "charge": {"refunds", "transfer", "level3"},
    "customer": {"sources", "subscriptions", "tax", "tax_ids", "cash_balance", "invoice_credit_balance", "deleted"},
    "event": {"account", "context"},
    "price": {"currency_options", "tiers", "deleted"},
    "product": {"deleted"},
    "payment_link": {"line_items"},
    "invoiceitem": {"deleted"},
    "subscription_item": {"deleted"},
    "coupon": {"applies_to", "currency_options", "deleted"},
    "discount": {"deleted"},
    "tax_rate": {"flat_amount"},
    "tax.calculation": {"line_items"},
    "tax.transaction": {"line_items"},
    "payment_method": set(stripe.PaymentMethod.__annotations__)
    - {"allow_redisplay", "billing_details", "card", "created", "customer", "customer_account", "id", "livemode"}
    - {"metadata", "radar_options", "type"},
}
_CLASSES = {
    "checkout.session": stripe.checkout.Session,
    "billing_portal.session": stripe.billing_portal.Session,
    "payment_intent": stripe.PaymentIntent,
    "charge": stripe.Charge,
    "refund": stripe.Refund,
    "dispute": stripe.Dispute,
    "radar.early_fraud_warning": stripe.radar.EarlyFraudWarning,
    "customer": stripe.Customer,
    "product": stripe.Product,
    "price": stripe.Price,
    "subscription": stripe.Subscription,
    "subscription_item": stripe.SubscriptionItem,
    "invoice": stripe.Invoice,
    "line_item": stripe.InvoiceLineItem,
    "invoiceitem": stripe.InvoiceItem,
    "invoice_payment": stripe.InvoicePayment,
    "payment_link": stripe.PaymentLink,
    "payment_method": stripe.PaymentMethod,
    "setup_intent": stripe.SetupIntent,
    "balance_transaction": stripe.BalanceTransaction,
    "payout": stripe.Payout,
    "coupon": stripe.Coupon,
    "credit_note": stripe.CreditNote,
    "credit_note_line_item": stripe.CreditNoteLineItem,
    "customer_balance_transaction": stripe.CustomerBalanceTransaction,
    "discount": stripe.Discount,
    "payment_record": stripe.PaymentRecord,
    "promotion_code": stripe.PromotionCode,
    "tax_rate": stripe.TaxRate,
    "tax.calculation": stripe.tax.Calculation,
    "tax.calculation_line_item": stripe.tax.CalculationLineItem,
    "tax.transaction": stripe.tax.Transaction,
    "tax.transaction_line_item": stripe.tax.TransactionLineItem,
    "event": stripe.Event,
}
_PREFIXES = {
    "checkout.session": "cs_test_a1",
    "billing_portal.session": "bps_1",
    "payment_intent": "pi_3",
    "charge": "ch_3",
    "refund": "re_3",
    "dispute": "du_1",
    "radar.early_fraud_warning": "issfr_1",
    "customer": "cus_",
    "product": "prod_",
    "price": "price_1",
    "subscription": "sub_1",
    "subscription_item": "si_",
    "invoice": "in_1",
    "line_item": "il_1",
    "invoiceitem": "ii_1",
    "invoice_payment": "inpay_1",
    "payment_link": "plink_1",
    "payment_method": "pm_1",
    "setup_intent": "seti_1",
    "balance_transaction": "txn_1",
    "payout": "po_1",
    "credit_note": "cn_1",
    "credit_note_line_item": "cnli_1",
    "customer_balance_transaction": "cbtxn_1",
    "discount": "di_1",
    "payment_record": "pr_1",
    "promotion_code": "promo_1",
    "tax_rate": "txr_1",
    "tax.calculation": "taxcalc_1",
    "tax.calculation_line_item": "tax_li_",
    "tax.transaction": "tax_1",
    "tax.transaction_line_item": "tax_li_",
    "event": "evt_1",
}


@cache
def members(kind: str) -> tuple[str, ...]:
    """Return the members that objects of this kind always have."""
    declared = _CLASSES[kind].__annotations__
    return tuple(name for name in declared if name != "OBJECT_NAME" and name not in _ON_REQUEST.get(kind, ()))


def new_id(kind: str) -> str:
    length = 56 if kind == "checkout.session" else 23
    return _PREFIXES[kind] + "".join(secrets.choice(_LETTERS) for _ in range(length))


def shape(kind: str, **values: Any) -> Body:
    """Create an object of a kind; a member that the pinned version does not know is an error."""
    unknown = set(values) - set(_CLASSES[kind].__annotations__)
    assert not unknown, f"{kind} has no {unknown}"
    body: Body = dict.fromkeys(members(kind))
    if "metadata" in body:
        body["metadata"] = {}
    if "livemode" in body:
        body["livemode"] = False
    body.update(values, object=kind)
    body["id"] = values.get("id") or new_id(kind)
    return body


def listing(data: list[Body], url: str, *, has_more: bool = False) -> Body:
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def long_tail() -> str:
    """Return a fragment that makes a payment page's address as long as Stripe's."""
    return "#" + "".join(secrets.choice(_LETTERS) for _ in range(420))
