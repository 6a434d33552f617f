"""Replaces ids with objects where `expand` asks for it."""

import copy

from local_stripe import invoice_payments, tax_calculations
from local_stripe.account import Account
from local_stripe.errors import StripeFault
from local_stripe.shapes import Body

_EXPANDED = {
    "latest_charge": "charge",
    "payment_intent": "payment_intent",
    "payment_method": "payment_method",
    "setup_intent": "setup_intent",
    "default_payment_method": "payment_method",
    "latest_invoice": "invoice",
    "invoice": "invoice",
    "subscription": "subscription",
    "customer": "customer",
}
_SOURCES = ("charge", "refund", "dispute", "payout")


def expanded(account: Account, body: Body, expand: list[str]) -> Body:
    """Replace ids with objects at the given paths, to any depth."""
    body = copy.deepcopy(body)
    for path in expand:
        _expand(account, body, path.split("."), path)
    return body


def _expand(account: Account, body: Body, parts: list[str], path: str) -> None:
    name, *rest = parts
    if name == "payments" and body.get("object") == "invoice":
        body["payments"] = body.get("payments") or invoice_payments.payments_of(account, body)
    if name == "line_items" and str(body.get("object")).startswith("tax."):
        body["line_items"] = tax_calculations.shown_lines(account, body, in_detail=rest == ["data", "tax_breakdown"])
        return
    if name == "source" and isinstance(body.get(name), str):
        found = [account.store.get(body[name], kind) for kind in _SOURCES]
        body[name] = next((each for each in found if each is not None), body[name])
        return
    if name not in body or (name not in _EXPANDED and not rest):
        if name != "payments":
            raise StripeFault.invalid(f"This property cannot be expanded ({path}).", param="expand")
        return
    if isinstance(body[name], str) and name in _EXPANDED:
        body[name] = account.get(_EXPANDED[name], body[name])
    inner = body[name]
    for row in inner if isinstance(inner, list) else [inner]:
        if rest and isinstance(row, dict):
            _expand(account, row, rest, path)
