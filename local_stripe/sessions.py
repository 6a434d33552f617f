"""Creation of checkout sessions: line items, the amount due today, the expiry."""

from local_stripe import billing_cycle, discounts, refusals, taxes
from local_stripe.account import Account
from local_stripe.errors import StripeFault
from local_stripe.shapes import Body, long_tail, new_id
from local_stripe.totals import Line, reckon

DAY = 86_400


def create_session(account: Account, params: Body) -> Body:
    """Create a session to pay, to subscribe, or to save a card.

    Raises:
        StripeFault: names what Stripe refuses.
    """
    mode = params.get("mode", "payment")
    if "success_url" not in params:
        raise StripeFault.invalid("Missing required param: success_url.", param="success_url")
    refusals.refuse_mode(params)
    items = [line(account, item) for item in params.get("line_items", [])]
    refusals.refuse_items(params, items)
    if mode == "subscription":
        refusals.refuse_terms(params.get("subscription_data", {}), items, account.now())
    if params.get("customer"):
        account.get("customer", params["customer"])
    expires_at = params.get("expires_at", account.now() + DAY)
    if not account.now() + 1_700 <= expires_at <= account.now() + DAY + 60:
        raise StripeFault.invalid("`expires_at` must be between 30 minutes and 24 hours ahead.", param="expires_at")
    return open_session(account, params, items, expires_at)


def open_session(account: Account, params: Body, items: list[Body], expires_at: int) -> Body:
    """Create the session from checked parameters."""
    session_id, mode = new_id("checkout.session"), params.get("mode", "payment")
    currency = items[0]["currency"] if items else params.get("currency")
    automatic = params.get("automatic_tax", {}).get("enabled")
    for item in items:
        item["rates"] = taxes.rates_for(account, named=item["rates"], automatic=automatic)
    wanted = params.get("discounts", [])
    about = {"checkout_session": session_id, "customer": params.get("customer")}
    reductions = discounts.create_discounts(account, wanted, str(currency), **about)
    session = account.create(
        "checkout.session",
        id=session_id,
        allow_promotion_codes=params.get("allow_promotion_codes"),
        automatic_tax=taxes.automatic_state(asked=bool(automatic)),
        cancel_url=params.get("cancel_url"),
        client_reference_id=params.get("client_reference_id"),
        currency=currency,
        customer=params.get("customer"),
        discounts=[_named(account, one) for one in reductions],
        expires_at=expires_at,
        metadata=params.get("metadata", {}),
        mode=mode,
        payment_link=params.get("payment_link"),
        payment_method_types=["card"],
        payment_status="no_payment_required",
        status="open",
        success_url=params["success_url"],
        ui_mode=params.get("ui_mode", "hosted_page"),
        url=f"{account.base_url}/c/pay/{session_id}{long_tail()}",
    )
    parts = {"payment_intent_data": "intent", "subscription_data": "data", "setup_intent_data": "setup"}
    account.store.put(
        {
            "id": f"hidden:{session_id}",
            "object": "hidden",
            "items": items,
            "discounts": reductions,
            **{short: params.get(name, {}) for name, short in parts.items()},
        }
    )
    if mode != "setup":
        add_up(account, session)
    return session


def _named(account: Account, discount_id: str) -> Body:
    discount = account.get("discount", discount_id)
    return {"coupon": discount["source"]["coupon"], "promotion_code": discount["promotion_code"]}


def add_up(account: Account, session: Body) -> None:
    """Set what an open session charges today."""
    details = hidden(account, session)
    lines = [
        Line(_charged_today(account, item, details["data"]), taxes.rates(account, item["rates"]))
        for item in due_today(details["items"], details["data"])
    ]
    totals = reckon(lines, discounts.reductions_of(account, details["discounts"]))
    account.change(
        session,
        amount_subtotal=totals.subtotal,
        amount_total=totals.total,
        payment_status="unpaid" if totals.total else "no_payment_required",
        total_details={"amount_discount": totals.discount, "amount_shipping": 0, "amount_tax": totals.tax},
    )


def apply_code(account: Account, session: Body, text: str) -> bool:
    """Apply a promotion code that the payer entered; return whether it is valid.

    Raises:
        StripeFault: its coupon is used up, or in another currency.
    """
    details = hidden(account, session)
    code = discounts.find_code(account, text, session["customer"])
    if not session["allow_promotion_codes"] or details["discounts"] or code is None:
        return False
    about = {"checkout_session": session["id"], "customer": session["customer"]}
    made = discounts.create_discounts(account, [{"promotion_code": code["id"]}], session["currency"], **about)
    account.store.put({**details, "discounts": made})
    account.change(session, discounts=[_named(account, one) for one in made])
    add_up(account, session)
    return True


def line(account: Account, item: Body) -> Body:
    more = {"quantity": item.get("quantity", 1), "rates": item.get("tax_rates") or []}
    if "price" in item:
        price = account.get("price", item["price"])
        found = {"amount": price["unit_amount"], "currency": price["currency"], "recurring": price["recurring"]}
        return {**found, **more, "price": price["id"], "name": "Subscription"}
    data = item.get("price_data")
    if data is None or "unit_amount" not in data:
        raise StripeFault.invalid("Pass `price` or `price_data` with `unit_amount`.", param="line_items[0][price]")
    name = data.get("product_data", {}).get("name", "Item")
    return {
        "amount": data["unit_amount"],
        "currency": data["currency"],
        "recurring": data.get("recurring"),
        **more,
        "price": None,
        "name": name,
    }


def due_today(items: list[Body], subscription_data: Body) -> list[Body]:
    """Return the lines charged today; with a trial, or a later anchor without proration, only the one-time ones."""
    later = billing_cycle.trial_end(subscription_data, 0) is not None or (
        "billing_cycle_anchor" in subscription_data and subscription_data.get("proration_behavior") == "none"
    )
    return [item for item in items if not (later and item["recurring"])]


def _charged_today(account: Account, item: Body, data: Body) -> int:
    """Return what a line charges today: its price, or the prorated part of it until a later anchor."""
    amount = int(item["amount"] * item["quantity"])
    anchor = data.get("billing_cycle_anchor")
    if not item["recurring"] or anchor is None or anchor <= account.now():
        return amount
    return billing_cycle.share(amount, anchor, item["recurring"], account.now(), anchor)


def hidden(account: Account, session: Body) -> Body:
    return account.store.get(f"hidden:{session['id']}", "hidden") or {}
