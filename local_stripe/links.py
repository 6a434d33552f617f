"""Payment links, and the billing portal where a customer sees their invoices."""

from typing import Any

from local_stripe import sessions
from local_stripe.account import Account
from local_stripe.errors import StripeFault
from local_stripe.shapes import Body, new_id


def open_link(account: Account, link: Body, client_reference_id: str | None) -> Body:
    """Create the session for a visitor of a payment link; the visitor chooses `client_reference_id` freely."""
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
    return sessions.open_session(account, params, details["items"], account.now() + sessions.DAY)


def create_link(account: Account, params: Body) -> Body:
    items = [sessions.line(account, item) for item in params["line_items"]]
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
    account.store.put({"id": f"hidden:{link_id}", "object": "hidden", "items": items, "intent": intent})
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
