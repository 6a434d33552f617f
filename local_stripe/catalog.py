"""Products and their prices."""

from local_stripe.account import Account
from local_stripe.errors import StripeFault
from local_stripe.shapes import Body


def create_product(account: Account, params: Body) -> Body:
    if params.get("id") and account.store.get(params["id"], "product"):
        raise StripeFault.invalid("Product already exists.", param="id", code="resource_already_exists")
    return account.create(
        "product",
        id=params.get("id"),
        name=params["name"],
        active=True,
        metadata=params.get("metadata", {}),
        type="service",
    )


def create_price(account: Account, params: Body) -> Body:
    account.get("product", params.get("product", ""))
    if params.get("lookup_key") and account.find("price", lookup_key=params["lookup_key"]):
        raise StripeFault.invalid("A price already uses that lookup key.", param="lookup_key")
    recurring = params.get("recurring")
    if recurring:
        recurring = {
            "interval_count": 1,
            "meter": None,
            "trial_period_days": None,
            "usage_type": "licensed",
            **recurring,
        }
    return account.create(
        "price",
        active=True,
        billing_scheme="per_unit",
        currency=params["currency"],
        lookup_key=params.get("lookup_key"),
        metadata=params.get("metadata", {}),
        product=params["product"],
        recurring=recurring,
        type="recurring" if recurring else "one_time",
        unit_amount=params["unit_amount"],
        unit_amount_decimal=str(params["unit_amount"]),
    )
