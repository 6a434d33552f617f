"""Checkout sessions, payment links and the portal: what a payer sees and presses."""

from typing import Any
from urllib.parse import quote

from local_stripe import invoices, methods, money, subscriptions
from local_stripe.account import Account
from local_stripe.errors import StripeFault
from local_stripe.shapes import Body, long_tail, new_id

_DAY = 86_400


def create_session(account: Account, params: Body) -> Body:
    """Make a session to pay at."""
    mode = params.get("mode", "payment")
    items = [_line(account, item) for item in params.get("line_items", [])]
    if mode == "setup":
        _check_setup(params)
    elif not items:
        raise StripeFault.invalid("You must pass `line_items`.", param="line_items")
    if "success_url" not in params:
        raise StripeFault.invalid("Missing required param: success_url.", param="success_url")
    if (mode == "subscription") != any(item["recurring"] for item in items):
        raise StripeFault.invalid("You can only use recurring prices in `subscription` mode.", param="line_items")
    if params.get("customer"):
        account.get("customer", params["customer"])
    expires_at = params.get("expires_at", account.now() + _DAY)
    if not account.now() + 1_700 <= expires_at <= account.now() + _DAY + 60:
        raise StripeFault.invalid("`expires_at` must be between 30 minutes and 24 hours ahead.", param="expires_at")
    return _open_session(account, params, mode, items, expires_at)


def _check_setup(params: Body) -> None:
    if "line_items" in params:
        raise StripeFault.invalid("You can not pass `line_items` in `setup` mode.", param="line_items")
    if "currency" not in params:
        raise StripeFault.invalid("You must pass `currency` in `setup` mode, or `payment_method_types`.")


def _open_session(account: Account, params: Body, mode: str, items: list[Body], expires_at: int) -> Body:
    session_id = new_id("checkout.session")
    due_now = _due_now(items, params.get("subscription_data", {}))
    intent = params.get("setup_intent_data" if mode == "setup" else "payment_intent_data", {})
    hidden = {
        "items": items,
        "intent": intent.get("metadata", {}),
        "saves": intent.get("setup_future_usage") == "off_session",
    }
    total = None if mode == "setup" else due_now
    session = account.create(
        "checkout.session",
        id=session_id,
        amount_subtotal=total,
        amount_total=total,
        automatic_tax={"enabled": False, "liability": None, "provider": None, "status": None},
        cancel_url=params.get("cancel_url"),
        client_reference_id=params.get("client_reference_id"),
        currency=items[0]["currency"] if items else params["currency"],
        customer=params.get("customer"),
        expires_at=expires_at,
        metadata=params.get("metadata", {}),
        mode=mode,
        payment_link=params.get("payment_link"),
        payment_method_types=["card"],
        payment_status="unpaid" if due_now else "no_payment_required",
        status="open",
        success_url=params["success_url"],
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        ui_mode=params.get("ui_mode", "hosted_page"),
        url=f"{account.base_url}/c/pay/{session_id}{long_tail()}",
    )
    account.store.put(
        {"id": f"hidden:{session_id}", "object": "hidden", **hidden, "data": params.get("subscription_data", {})}
    )
    return session


def _line(account: Account, item: Body) -> Body:
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


def expire_session(account: Account, session: Body) -> Body:
    if session["status"] != "open":
        raise StripeFault.invalid(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This one is {session["status"]}.'
        )
    account.change(session, status="expired", url=None)
    account.emit("checkout.session.expired", session)
    return session


def act(account: Account, session: Body, action: str) -> str:
    """Do what the payer pressed; return the address to go to, empty to stay."""
    if session["status"] == "open" and session["expires_at"] <= account.now():
        expire_session(account, session)
    if session["status"] != "open" or action not in ("pay", "later", "decline", "cancel"):
        return ""
    if action == "cancel":
        return str(session["cancel_url"] or "")
    if session["mode"] == "subscription":
        return _subscribe(account, session, action)
    if session["mode"] == "setup":
        return _set_up(account, session, action)
    return _pay_once(account, session, action)


def _pay_once(account: Account, session: Body, action: str) -> str:
    intent = _intent(account, session)
    if action == "decline":
        money.decline(account, intent)
        return ""
    if hidden(account, session)["saves"]:
        method = methods.save(account, session["customer"])
        account.change(intent, payment_method=method["id"], setup_future_usage="off_session")
    if action == "later":
        money.take_later(account, intent)
        account.change(session, status="complete", payment_status="unpaid", url=None)
    else:
        money.take(account, intent)
        account.change(session, status="complete", payment_status="paid", url=None)
    account.emit("checkout.session.completed", session)
    return _success_url(session)


def _intent(account: Account, session: Body) -> Body:
    if session["payment_intent"]:
        return account.get("payment_intent", session["payment_intent"])
    intent = money.open_intent(
        account, session["amount_total"], session["currency"], session["customer"], hidden(account, session)["intent"]
    )
    account.change(session, payment_intent=intent["id"])
    return intent


def _set_up(account: Account, session: Body, action: str) -> str:
    if action != "pay":
        return ""
    intent = methods.set_up(account, session, hidden(account, session)["intent"])
    account.change(session, status="complete", setup_intent=intent["id"], url=None)
    account.emit("checkout.session.completed", session)
    return _success_url(session)


def _subscribe(account: Account, session: Body, action: str) -> str:
    if action == "decline":
        return ""
    details = hidden(account, session)
    promised = action == "later" and session["amount_total"] > 0
    subscription, invoice = subscriptions.start_subscription(
        account, session, details["items"], details["data"], invoices.promise if promised else invoices.pay
    )
    status = "no_payment_required" if not session["amount_total"] else "unpaid" if promised else "paid"
    account.change(
        session,
        status="complete",
        payment_status=status,
        subscription=subscription["id"],
        invoice=invoice["id"],
        url=None,
    )
    account.emit("checkout.session.completed", session)
    return _success_url(session)


def settle_later(account: Account, intent: Body, *, arrives: bool) -> None:
    """End a promise to pay, for the session it belongs to."""
    money.settle_promise(account, intent) if arrives else money.decline(account, intent)
    if payment := invoices.promised(account, intent):
        invoice = invoices.end_promise(account, payment, arrives=arrives)
        sessions = account.find("checkout.session", invoice=invoice["id"])
    else:
        sessions = account.find("checkout.session", payment_intent=intent["id"])
    for session in sessions:
        account.change(session, payment_status="paid" if arrives else "unpaid")
        account.emit(f"checkout.session.async_payment_{'succeeded' if arrives else 'failed'}", session)


def open_link(account: Account, link: Body, client_reference_id: str | None) -> Body:
    """Make the session that a visitor to a payment link gets; the visitor chooses `client_reference_id` freely."""
    made = account.find("checkout.session", payment_link=link["id"])
    limit = ((link["restrictions"] or {}).get("completed_sessions") or {}).get("limit")
    if not link["active"] or (limit is not None and sum(row["status"] == "complete" for row in made) >= limit):
        raise StripeFault(404, "invalid_request_error", "This payment link is no longer active.")
    details = account.store.get(f"hidden:{link['id']}", "hidden") or {}
    params: dict[str, Any] = {
        "success_url": f"{account.base_url}/thanks",
        "metadata": link["metadata"],
        "payment_link": link["id"],
        "client_reference_id": client_reference_id,
        "payment_intent_data": details["intent"],
    }
    return _open_session(account, params, "payment", details["items"], account.now() + _DAY)


def create_link(account: Account, params: Body) -> Body:
    items = [_line(account, item) for item in params["line_items"]]
    link_id = new_id("payment_link")
    link = account.create(
        "payment_link",
        id=link_id,
        active=True,
        currency=items[0]["currency"],
        metadata=params.get("metadata", {}),
        restrictions=params.get("restrictions"),
        url=f"{account.base_url}/b/{link_id}",
    )
    intent = params.get("payment_intent_data", {})
    account.store.put({"id": f"hidden:{link_id}", "object": "hidden", "items": items, "intent": intent, "saves": False})
    return link


def create_portal(account: Account, params: Body) -> Body:
    if "customer" not in params:
        raise StripeFault.invalid("Missing required param: customer.", param="customer")
    account.get("customer", params["customer"])
    portal_id = new_id("billing_portal.session")
    return account.create(
        "billing_portal.session",
        id=portal_id,
        configuration="bpc_local",
        customer=params["customer"],
        return_url=params.get("return_url"),
        url=f"{account.base_url}/p/session/{portal_id}",
    )


def _success_url(session: Body) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", quote(session["id"]))
