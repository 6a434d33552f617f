"""Payment methods that customers leave with us, and the setup intents of checkout pages that take no money."""

from local_stripe.account import Account
from local_stripe.errors import StripeFault
from local_stripe.shapes import Body, new_id


def save(account: Account, customer: str | None) -> Body:
    """Keep the card of whoever pays, attached to the customer where there is one."""
    card = {"brand": "visa", "country": "US", "exp_month": 12, "exp_year": 2040, "funding": "credit", "last4": "4242"}
    method = account.create(
        "payment_method", type="card", card=card, customer=customer, allow_redisplay="limited", billing_details={}
    )
    if customer:
        account.emit("payment_method.attached", method)
    return method


def set_up(account: Account, session: Body, metadata: Body) -> Body:
    """Save the card of a session that takes no money."""
    intent_id = new_id("setup_intent")
    intent = account.create(
        "setup_intent",
        id=intent_id,
        client_secret=f"{intent_id}_secret_local",
        customer=session["customer"],
        metadata=metadata,
        payment_method=save(account, session["customer"])["id"],
        payment_method_types=["card"],
        status="succeeded",
        usage="off_session",
    )
    account.emit("setup_intent.succeeded", intent)
    return intent


def detach(account: Account, method: Body) -> Body:
    """Let a customer take the card back, as in the portal: nothing is charged to it any more."""
    if not method["customer"]:
        raise StripeFault.invalid("The payment method you provided is not attached to a customer.")
    customer = account.get("customer", method["customer"])
    account.change(method, customer=None)
    account.emit("payment_method.detached", method, {"customer": customer["id"]})
    if default_of(customer) == method["id"]:
        make_default(account, customer, None)
    return method


def default_of(customer: Body) -> str | None:
    """Return the payment method that a customer's invoices are charged to when they name none."""
    return (customer["invoice_settings"] or {}).get("default_payment_method")


def make_default(account: Account, customer: Body, method_id: str | None) -> None:
    """Change the payment method that a customer's invoices are charged to."""
    previous = customer["invoice_settings"]
    if method_id:
        require_attached(account, method_id, customer["id"], "invoice_settings[default_payment_method]")
    account.change(customer, invoice_settings={**(previous or {}), "default_payment_method": method_id})
    account.emit("customer.updated", customer, {"invoice_settings": previous})


def require_attached(account: Account, method_id: str, customer: str, param: str) -> None:
    """Refuse a payment method that is not the customer's."""
    if account.get("payment_method", method_id)["customer"] != customer:
        raise StripeFault.invalid(
            f"The customer does not have a payment method with the ID {method_id}. The payment method must be "
            "attached to the customer.",
            param=param,
        )


def let_decline(account: Account, method: Body, *, declines: bool = True) -> None:
    """Let every later charge of a payment method fail, or succeed again."""
    account.store.put({"id": f"hidden:{method['id']}", "object": "hidden", "declines": declines})


def will_decline(account: Account, method_id: str | None) -> bool:
    """Say whether charging it fails; there is always none to charge where there is no method."""
    hidden = account.store.get(f"hidden:{method_id}", "hidden") or {}
    return method_id is None or bool(hidden.get("declines"))
