"""Checkout sessions as they are made: what is asked for, what is due today, until when."""

from local_stripe.account import Account
from local_stripe.errors import StripeFault
from local_stripe.shapes import Body, long_tail, new_id

DAY = 86_400


def create_session(account: Account, params: Body) -> Body:
    """Make a session to pay at, to subscribe at, or to save a card at.

    Raises:
        StripeFault: naming what Stripe refuses.
    """
    mode = params.get("mode", "payment")
    if "success_url" not in params:
        raise StripeFault.invalid("Missing required param: success_url.", param="success_url")
    items = _items(account, params, mode)
    if params.get("customer"):
        account.get("customer", params["customer"])
    expires_at = params.get("expires_at", account.now() + DAY)
    if not account.now() + 1_700 <= expires_at <= account.now() + DAY + 60:
        raise StripeFault.invalid("`expires_at` must be between 30 minutes and 24 hours ahead.", param="expires_at")
    return open_session(account, params, items, expires_at)


def _items(account: Account, params: Body, mode: str) -> list[Body]:
    if mode == "setup":
        return _no_items(params)
    items = [line(account, item) for item in params.get("line_items", [])]
    if not items:
        raise StripeFault.invalid("You must pass `line_items`.", param="line_items")
    if "setup_intent_data" in params:
        raise StripeFault.invalid("You can only use `setup_intent_data` in `setup` mode.", param="setup_intent_data")
    if (mode == "subscription") != any(item["recurring"] for item in items):
        raise StripeFault.invalid(_wrong_mode(mode), param="line_items")
    if mode == "subscription" and "payment_intent_data" in params:
        raise StripeFault.invalid(
            "You can not pass `payment_intent_data` in `subscription` mode.", param="payment_intent_data"
        )
    if mode == "payment" and "subscription_data" in params:
        raise StripeFault.invalid("You can not pass `subscription_data` in `payment` mode.", param="subscription_data")
    return items


def _wrong_mode(mode: str) -> str:
    if mode == "payment":
        return (
            "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use "
            "only one-time prices."
        )
    return "You must provide at least one recurring price in `subscription` mode when using prices."


def _no_items(params: Body) -> list[Body]:
    for name in ("line_items", "payment_intent_data", "subscription_data"):
        if name in params:
            raise StripeFault.invalid(f"You can not pass `{name}` in `setup` mode.", param=name)
    if "currency" not in params and "allowed_payment_method_types" not in params:
        raise StripeFault.invalid(
            "You must specify `currency` in `setup` mode when `allowed_payment_method_types` is not provided.",
            param="currency",
            code="parameter_missing",
        )
    return []


def open_session(account: Account, params: Body, items: list[Body], expires_at: int) -> Body:
    """Make the session of checked parameters."""
    session_id, mode = new_id("checkout.session"), params.get("mode", "payment")
    due_now = None if mode == "setup" else _due_now(items, params.get("subscription_data", {}))
    session = account.create(
        "checkout.session",
        id=session_id,
        amount_subtotal=due_now,
        amount_total=due_now,
        automatic_tax={"enabled": False, "liability": None, "provider": None, "status": None},
        cancel_url=params.get("cancel_url"),
        client_reference_id=params.get("client_reference_id"),
        currency=items[0]["currency"] if items else params.get("currency"),
        customer=params.get("customer"),
        expires_at=expires_at,
        metadata=params.get("metadata", {}),
        mode=mode,
        payment_link=params.get("payment_link"),
        payment_method_types=["card"],
        payment_status="unpaid" if due_now else "no_payment_required",
        status="open",
        success_url=params["success_url"],
        total_details=None if mode == "setup" else {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        ui_mode=params.get("ui_mode", "hosted_page"),
        url=f"{account.base_url}/c/pay/{session_id}{long_tail()}",
    )
    wanted = {"payment_intent_data": "intent", "subscription_data": "data", "setup_intent_data": "setup"}
    account.store.put(
        {
            "id": f"hidden:{session_id}",
            "object": "hidden",
            "items": items,
            **{short: params.get(name, {}) for name, short in wanted.items()},
        }
    )
    return session


def line(account: Account, item: Body) -> Body:
    quantity = item.get("quantity", 1)
    if "price" in item:
        price = account.get("price", item["price"])
        found = {"amount": price["unit_amount"], "currency": price["currency"], "recurring": price["recurring"]}
        return {**found, "quantity": quantity, "price": price["id"], "name": "Subscription"}
    data = item.get("price_data")
    if data is None or "unit_amount" not in data:
        raise StripeFault.invalid("Pass `price` or `price_data` with `unit_amount`.", param="line_items[0][price]")
    name = data.get("product_data", {}).get("name", "Item")
    return {
        "amount": data["unit_amount"],
        "currency": data["currency"],
        "recurring": data.get("recurring"),
        "quantity": quantity,
        "price": None,
        "name": name,
    }


def _due_now(items: list[Body], subscription_data: Body) -> int:
    """A trial, or an anchor ahead without proration, leaves only the one-time lines for today."""
    later = "trial_end" in subscription_data or (
        "billing_cycle_anchor" in subscription_data and subscription_data.get("proration_behavior") == "none"
    )
    return sum(item["amount"] * item["quantity"] for item in items if not (later and item["recurring"]))


def hidden(account: Account, session: Body) -> Body:
    return account.store.get(f"hidden:{session['id']}", "hidden") or {}
