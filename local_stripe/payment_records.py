"""Payments made outside of Stripe and reported to it, so that they can count toward an invoice.

https://docs.stripe.com/payments/payment-records
"""

from local_stripe.account import Account
from local_stripe.errors import StripeFault
from local_stripe.shapes import Body


def report(account: Account, params: Body) -> Body:
    """Record a payment made outside of Stripe."""
    wanted = params["amount_requested"]
    came = params.get("outcome") == "guaranteed"
    if came and "guaranteed" not in params:
        raise StripeFault.invalid("You must pass `guaranteed` with `outcome=guaranteed`.", param="guaranteed")
    nothing = {"currency": wanted["currency"], "value": 0}
    names = ("authorized", "canceled", "failed", "guaranteed", "refunded")
    amounts = {f"amount_{name}": dict(nothing) for name in names}
    if came:
        amounts["amount_guaranteed"] = amounts["amount_authorized"] = dict(wanted)
    return account.create(
        "payment_record",
        amount=dict(wanted),
        amount_requested=dict(wanted),
        customer_details=params.get("customer_details"),
        description=params.get("description"),
        metadata=params.get("metadata") or {},
        payment_method_details={"billing_details": None, "payment_method": None, "type": "custom"},
        processor_details=params.get("processor_details") or {"type": "custom"},
        reported_by="self",
        **amounts,
    )
