"""Renders objects in other API versions, as far as invoices and payments differ.

Objects are stored in the shape of the pinned version. A response uses the version that the request names. An event that
is listed or fetched uses the account's version at the time of the event, whatever the request names.
https://docs.stripe.com/upgrades and https://docs.stripe.com/webhooks/versioning
"""

import copy
import re
from collections.abc import Callable
from typing import Any

import stripe

from local_stripe.account import Account
from local_stripe.errors import StripeFault
from local_stripe.shapes import Body, listing

PINNED = stripe.api_version
_VERSION = re.compile(r"20\d\d-\d\d-\d\d(\.[a-z]+)?")


def require_known(version: str) -> str:
    """Return an existing version.

    Raises:
        StripeFault: it does not exist, or is newer than the pinned one.
    """
    if not _VERSION.fullmatch(version) or version[:10] > PINNED[:10]:
        raise StripeFault.invalid(f"Invalid Stripe API version: {version}")
    return version


def render(account: Account, body: Any, version: str) -> Any:
    """Render a response in a version; events keep the account's version of their time."""
    if isinstance(body, list):
        return [render(account, part, version) for part in body]
    if not isinstance(body, dict):
        return body
    if body.get("object") == "event":
        return _event(account, body)
    shown = {name: render(account, value, version) for name, value in body.items()}
    for before, kind, change in _CHANGES:
        if version[:10] < before and shown.get("object") == kind:
            change(account, shown)
    return shown


def _event(account: Account, event: Body) -> Body:
    version = account.version_of(event)
    if version == PINNED:
        return event
    data = {**event["data"], "object": render(account, copy.deepcopy(event["data"]["object"]), version)}
    return {**event, "api_version": version, "data": data}


def _old_invoice(account: Account, invoice: Body) -> None:
    details = (invoice.pop("parent") or {}).get("subscription_details") or {}
    intents = [
        one["payment"]["payment_intent"]
        for one in _payments(account, invoice=invoice["id"])
        if one["payment"]["type"] == "payment_intent"
    ]
    intent = account.store.get(intents[0], "payment_intent") if intents else None
    invoice.update(
        subscription=details.get("subscription"),
        payment_intent=intent["id"] if intent else None,
        charge=intent["latest_charge"] if intent else None,
        paid=invoice["status"] == "paid",
        paid_out_of_band=bool(invoice["status"] == "paid" and invoice["amount_paid_off_stripe"]),
        tax=sum(tax["amount"] for tax in invoice.get("total_taxes") or []) or None,
    )
    for name in ("amount_overpaid", "payments", "total_taxes", "amount_paid_off_stripe"):
        invoice.pop(name, None)


def _old_subscription(account: Account, subscription: Body) -> None:
    items = subscription["items"]["data"]
    for name, choose in (("current_period_start", min), ("current_period_end", max)):
        subscription[name] = choose(item.pop(name) for item in items)


def _old_intent(account: Account, intent: Body) -> None:
    paid = _payments(account, intent=intent["id"])
    intent["invoice"] = paid[0]["invoice"] if paid else None


def _old_charge(account: Account, charge: Body) -> None:
    paid = _payments(account, intent=charge["payment_intent"])
    charge["invoice"] = paid[0]["invoice"] if paid else None


def _charges_of_intent(account: Account, intent: Body) -> None:
    made = account.find("charge", payment_intent=intent["id"])
    intent["charges"] = listing(made, f"/v1/charges?payment_intent={intent['id']}")


def _refunds_of_charge(account: Account, charge: Body) -> None:
    made = account.find("refund", charge=charge["id"])
    charge["refunds"] = listing(made, f"/v1/charges/{charge['id']}/refunds")


def _payments(account: Account, invoice: str = "", intent: str = "") -> list[Body]:
    found = account.find("invoice_payment", **({"invoice": invoice} if invoice else {}))
    return [one for one in found if not intent or one["payment"].get("payment_intent") == intent]


_CHANGES: list[tuple[str, str, Callable[[Account, Body], None]]] = [
    ("2025-03-31", "invoice", _old_invoice),
    ("2025-03-31", "subscription", _old_subscription),
    ("2025-03-31", "payment_intent", _old_intent),
    ("2025-03-31", "charge", _old_charge),
    ("2022-11-15", "payment_intent", _charges_of_intent),
    ("2022-11-15", "charge", _refunds_of_charge),
]
