"""Customers: created, updated, deleted."""

from local_stripe import balances, methods
from local_stripe.account import Account
from local_stripe.shapes import Body

_MEMBERS = ("name", "email", "phone", "description", "metadata", "preferred_locales")
_NO_SETTINGS = {"custom_fields": None, "default_payment_method": None, "footer": None, "rendering_options": None}


def create_customer(account: Account, params: Body) -> Body:
    made = account.create(
        "customer",
        **{"preferred_locales": [], **{name: params[name] for name in _MEMBERS if name in params}},
        balance=0,
        invoice_settings=_NO_SETTINGS,
    )
    account.emit("customer.created", made)
    return made


def update_customer(account: Account, params: Body, customer_id: str) -> Body:
    """Update a customer; metadata is merged, and an empty value removes its key.

    Raises:
        StripeFault: the default payment method belongs to someone else.
    """
    customer = account.get("customer", customer_id)
    changes = {name: params[name] for name in _MEMBERS if name in params}
    if "metadata" in params:
        merged = {**customer["metadata"], **(params["metadata"] or {})}
        changes["metadata"] = {name: value for name, value in merged.items() if value != ""}
    previous = {name: customer[name] for name in changes}
    if changes:
        account.change(customer, **changes)
        account.emit("customer.updated", customer, previous)
    if "balance" in params and params["balance"] != customer["balance"]:
        balances.book(account, customer, params["balance"] - customer["balance"], "adjustment")
    settings = params.get("invoice_settings", {})
    if "default_payment_method" in settings:
        methods.make_default(account, customer, settings["default_payment_method"] or None)
    return customer
